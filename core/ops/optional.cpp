// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::optional;
  if (context.has(0)) context.outputs[0].item = itemOf(context.inputs[0]);
  return {};
}

Status compute(ComputeContext& context) {
  if (context.has(0) && context.inputs[0].dtype() == DType::optional) return invalid("the input is an optional already");
  context.outputs[0] = Tensor::optional(context.has(0) ? context.inputs[0] : Tensor());
  return {};
}

}  // namespace

OpDef optionalOp() {
  return {.name = "Optional", .sinceVersion = 15, .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false, .requiredInputs = 0,
          .mostInputs = 1, .takesLists = true};
}

}  // namespace ew::ops
