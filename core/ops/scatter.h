// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/ops/op.h"

namespace ew::ops {

/// Writes `count` elements of `updates` over those of `out`, or joins them: attribute reduction is none, add, mul,
/// max or min. Invalid on another one; Unsupported when the element type has no such operation.
class Scatterer {
 public:
  static Result<Scatterer> create(const Node& node, const Tensor& out, const Tensor& updates);
  void write(const Tensor& updates, std::int64_t from, Tensor& out, std::int64_t to, std::int64_t count) const;

 private:
  using Join = void (*)(const Tensor&, std::int64_t, Tensor&, std::int64_t, std::int64_t);
  Join join_ = nullptr;  ///< nullptr: overwrite
};

Status computeScatterElements(ComputeContext& context);

}  // namespace ew::ops
