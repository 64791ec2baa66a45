// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// The shape with an extent 1 inserted at each of `axes`, which count in the result.
Result<Shape> unsqueezed(const Shape& shape, const IntList& axes) {
  if (!axes.given) return invalid("axes is missing");
  const std::size_t rank = shape.rank() + axes.values.size();
  EW_ASSIGN(const std::vector<std::size_t> named, normalizedAxes(axes.values, rank));
  std::vector<bool> fresh(rank, false);
  for (const std::size_t axis : named) fresh[axis] = true;
  std::vector<Dim> dims;
  for (std::size_t i = 0, from = 0; i < rank; ++i) dims.push_back(fresh[i] ? Dim(1) : shape[from++]);
  return Shape(std::move(dims));
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const IntList axes, intList(context, 1, "axes"));
  const auto& shape = context.inputs[0].shape;
  if (!shape || !axes.known) return {};
  EW_ASSIGN(context.outputs[0].shape, unsqueezed(*shape, axes));
  if (context.outputs[0].shape->rank() <= 1) context.outputs[0].elements = context.knownElements(0);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const IntList axes, intList(context, 1, "axes"));
  EW_ASSIGN(const Shape shape, unsqueezed(context.inputs[0].shape(), axes));
  context.outputs[0] = context.inputs[0].reshaped(*shape.concrete());
  return {};
}

}  // namespace

OpDef unsqueezeOp() { return {.name = "Unsqueeze", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
