// SPDX-License-Identifier: Apache-2.0
#include "core/base/checked.h"
#include "core/ops/extent.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Unlike other axes this one may be the rank itself.
Result<std::size_t> flattenAxis(const Node& node, std::size_t rank) {
  const std::int64_t axis = node.attributes.getInt("axis", 1);
  const auto count = static_cast<std::int64_t>(rank);
  if (axis < -count || axis > count)
    return invalid("axis " + std::to_string(axis) + " is outside -" + std::to_string(count) + " .. " + std::to_string(count));
  return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
}

Dim productOfAxes(const Shape& shape, std::size_t begin, std::size_t end) {
  Dim product(1);
  for (std::size_t i = begin; i < end; ++i) product = productOf(product, shape[i]);
  return product;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  EW_ASSIGN(const std::size_t axis, flattenAxis(context.node, shape->rank()));
  context.outputs[0].shape = Shape(std::vector<Dim>{productOfAxes(*shape, 0, axis), productOfAxes(*shape, axis, shape->rank())});
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, flattenAxis(context.node, input.rank()));
  const auto split = input.dims().begin() + static_cast<std::ptrdiff_t>(axis);
  const auto rows = checkedProduct(Dims(input.dims().begin(), split));
  const auto columns = checkedProduct(Dims(split, input.dims().end()));
  if (!rows || !columns) return limitReached("shape " + dimsText(input.dims()) + " overflows when flattened");
  context.outputs[0] = input.reshaped({*rows, *columns});
  return {};
}

}  // namespace

OpDef flattenOp() { return {.name = "Flatten", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
