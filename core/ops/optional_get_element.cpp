// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Since version 18 what is no optional is given as it is.
Status infer(InferContext& context) {
  const ValueFacts& input = context.inputs[0];
  if (input.dtype == DType::optional) {
    context.outputs[0] = outputOfItem(input.item);
  } else {
    context.outputs[0].dtype = input.dtype;
    context.outputs[0].shape = input.shape;
    context.outputs[0].item = input.item;
  }
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  if (input.dtype() != DType::optional) {
    context.outputs[0] = input;
    return {};
  }
  if (input.items().empty()) return invalid("the optional is empty");
  context.outputs[0] = input.items().front();
  return {};
}

}  // namespace

OpDef optionalGetElementOp() {
  return {.name = "OptionalGetElement", .sinceVersion = 15, .infer = infer, .compute = compute, .cost = movesOnly,
          .mostInputs = 1, .takesLists = true};
}

}  // namespace ew::ops
