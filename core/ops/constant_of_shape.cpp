// SPDX-License-Identifier: Apache-2.0
#include "core/ops/element_facts.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<Tensor> valueOf(const Node& node) {
  const Tensor* value = node.attributes.getTensor("value");
  if (value == nullptr) return Tensor::scalar(0.0F);
  if (value->size() != 1) return invalid("value must have one element, not the shape " + dimsText(value->dims()));
  return *value;
}

/// All elements alike, as shape arithmetic multiplies and compares with.
void inferElements(InferContext& context, const Tensor& value) {
  const auto& shape = context.outputs[0].shape;
  const auto count = shape ? shape->elements() : std::nullopt;
  if (!count || *count > 64 || !isInteger(value.dtype())) return;
  const auto number = toInts(value);
  if (number.ok() && number->size() == 1) setElements(context, Elements(static_cast<std::size_t>(*count), Extent((*number)[0])));
}

Status infer(InferContext& context) {
  EW_ASSIGN(const Tensor value, valueOf(context.node));
  context.outputs[0].dtype = value.dtype();
  const auto& operand = context.inputs[0].shape;
  if (auto elements = context.knownElements(0)) context.outputs[0].shape = Shape(std::move(*elements));
  else if (operand && operand->rank() == 1 && (*operand)[0].known() && (*operand)[0].extent <= 64)
    context.outputs[0].shape = Shape(std::vector<Dim>(static_cast<std::size_t>((*operand)[0].extent)));
  inferElements(context, value);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const Tensor value, valueOf(context.node));
  EW_ASSIGN(Dims dims, intsOf(context.inputs[0], "input"));
  EW_ASSIGN(Tensor out, Tensor::create(value.dtype(), std::move(dims)));
  fillRun(value, 0, out, 0, out.size());
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef constantOfShapeOp() {
  return {.name = "ConstantOfShape", .sinceVersion = 9, .infer = infer, .compute = compute, .cost = movesOnly};
}

}  // namespace ew::ops
