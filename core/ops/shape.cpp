// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// First and last + 1 axis of attributes start and end, clamped as a slice is.
std::pair<std::size_t, std::size_t> axisRange(const Node& node, std::size_t rank) {
  const auto count = static_cast<std::int64_t>(rank);
  const auto position = [count](std::int64_t axis) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(axis < 0 ? axis + count : axis, 0, count));
  };
  const std::size_t start = position(node.attributes.getInt("start", 0));
  return {start, std::max(start, position(node.attributes.getInt("end", count)))};
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::i64;
  const auto& shape = context.inputs[0].shape;
  if (!shape) {
    context.outputs[0].shape = Shape(std::vector<Dim>(1));
    return {};
  }
  const auto [start, end] = axisRange(context.node, shape->rank());
  context.outputs[0].shape = Shape(std::vector<Dim>{Dim(static_cast<std::int64_t>(end - start))});
  const auto first = shape->dims().begin();
  context.outputs[0].elements =
      std::vector<Dim>(first + static_cast<std::ptrdiff_t>(start), first + static_cast<std::ptrdiff_t>(end));
  return {};
}

Status compute(ComputeContext& context) {
  const Dims& dims = context.inputs[0].dims();
  const auto [start, end] = axisRange(context.node, dims.size());
  const auto first = dims.begin();
  context.outputs[0] =
      Tensor::vector(Dims(first + static_cast<std::ptrdiff_t>(start), first + static_cast<std::ptrdiff_t>(end)));
  return {};
}

}  // namespace

OpDef shapeOp() { return {.name = "Shape", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
