// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Which axes go away: the named ones, which must have extent 1 (or a dynamic one), or every one of extent 1.
Result<std::vector<bool>> squeezedAxes(const Shape& shape, const IntList& axes) {
  std::vector<bool> gone(shape.rank(), false);
  if (!axes.given) {
    for (std::size_t i = 0; i < shape.rank(); ++i) gone[i] = shape[i].extent == 1;
    return gone;
  }
  EW_ASSIGN(const std::vector<std::size_t> named, normalizedAxes(axes.values, shape.rank()));
  for (const std::size_t axis : named) {
    if (shape[axis].known() && shape[axis].extent != 1)
      return invalid("axis " + std::to_string(axis) + " of " + shape.text() + " cannot be squeezed");
    gone[axis] = true;
  }
  return gone;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  context.outputs[0].elements = context.knownElements(0);
  const auto& shape = context.inputs[0].shape;
  EW_ASSIGN(const IntList axes, intList(context, 1, "axes"));
  if (!shape || !axes.known || (!axes.given && !shape->known())) return {};
  EW_ASSIGN(const std::vector<bool> gone, squeezedAxes(*shape, axes));
  std::vector<Dim> dims;
  for (std::size_t i = 0; i < gone.size(); ++i)
    if (!gone[i]) dims.push_back((*shape)[i]);
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  EW_ASSIGN(const IntList axes, intList(context, 1, "axes"));
  EW_ASSIGN(const std::vector<bool> gone, squeezedAxes(data.shape(), axes));
  Dims dims;
  for (std::size_t i = 0; i < gone.size(); ++i)
    if (!gone[i]) dims.push_back(data.dim(i));
  context.outputs[0] = data.reshaped(std::move(dims));
  return {};
}

}  // namespace

OpDef squeezeOp() { return {.name = "Squeeze", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
