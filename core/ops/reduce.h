// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// Which axes a reduction joins (attribute axes, or operand 1), and whether they stay with extent 1.
struct ReducedAxes {
  bool known = true;         ///< false while inferring when the operand is not constant
  bool keep = true;
  std::vector<bool> reduced; ///< one for each axis of the input
};
Result<ReducedAxes> reducedAxes(const InferContext& context, std::size_t rank);
Result<ReducedAxes> reducedAxes(const ComputeContext& context, std::size_t rank);

/// Extents with the reduced axes gone, or 1 when they are kept.
Dims reducedDims(const Dims& dims, const ReducedAxes& axes);
/// Steps through the reduced tensor for each axis of the input; 0 along reduced axes.
Dims reducedStrides(const Dims& dims, const ReducedAxes& axes);

Status inferReduce(InferContext& context);
/// One operation for each element of the input.
Cost costOfReduce(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs);

}  // namespace ew::ops
