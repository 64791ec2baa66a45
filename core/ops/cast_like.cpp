// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cast_elements.h"
#include "core/ops/op.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[1].dtype;
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(context.outputs[0], castElements(context.inputs[0], context.inputs[1].dtype(), castRules(context.node, context.opset)));
  return {};
}

}  // namespace

OpDef castLikeOp() {
  return {.name = "CastLike", .sinceVersion = 15, .infer = infer, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops
