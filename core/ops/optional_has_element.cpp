// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::boolean;
  context.outputs[0].shape = Shape(Dims{});
  return {};
}

/// Since version 18 the input may be absent, or no optional, which is always there.
Status compute(ComputeContext& context) {
  const bool isOptional = context.has(0) && context.inputs[0].dtype() == DType::optional;
  context.outputs[0] = Tensor::scalar(isOptional ? !context.inputs[0].items().empty() : context.has(0));
  return {};
}

}  // namespace

OpDef optionalHasElementOp() {
  return {.name = "OptionalHasElement", .sinceVersion = 15, .infer = infer, .compute = compute, .cost = movesOnly,
          .requiredInputs = 0, .mostInputs = 1, .takesLists = true};
}

}  // namespace ew::ops
