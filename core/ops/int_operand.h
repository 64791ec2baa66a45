// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// The integers of an operand such as shape, axes or pads: a vector (or scalar) of at most 4096 integers.
Result<std::vector<std::int64_t>> intsOf(const Tensor& operand, const std::string& name);
/// The one integer of an operand such as k or axis: a tensor of one integer element.
Result<std::int64_t> intOf(const Tensor& operand, const std::string& name);

/// What older versions give as a list attribute and newer ones as an operand. `known` is false while inferring
/// when the operand is there and not constant.
struct IntList {
  bool given = false;
  bool known = true;
  std::vector<std::int64_t> values;
};
Result<IntList> intList(const ComputeContext& context, std::size_t input, const std::string& attribute);
Result<IntList> intList(const InferContext& context, std::size_t input, const std::string& attribute);

}  // namespace ew::ops
