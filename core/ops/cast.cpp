// SPDX-License-Identifier: Apache-2.0
#include "core/ops/element_facts.h"
#include "core/ops/cast_elements.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "to", DType::f32));
  context.outputs[0].shape = context.inputs[0].shape;
  const DType to = context.outputs[0].dtype, from = context.inputs[0].dtype;
  // Through float as well, as long as the numbers are whole: that is how some exporters scale an extent.
  if (to == DType::i64 || to == DType::i32 || to == DType::f32 || to == DType::f64 || (to == DType::boolean && from == DType::boolean))
    mapElements(context, [](const Extent& x) { return std::optional(x); });
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const DType type, typeAttribute(context.node, "to", DType::f32));
  EW_ASSIGN(context.outputs[0], castElements(context.inputs[0], type, castRules(context.node, context.opset)));
  return {};
}

}  // namespace

OpDef castOp() { return {.name = "Cast", .sinceVersion = 6, .infer = infer, .compute = compute}; }

}  // namespace ew::ops
