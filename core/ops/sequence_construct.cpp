// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::sequence;
  ItemPtr item = itemOf(context.inputs[0]);
  for (std::size_t i = 1; i < context.inputs.size(); ++i) item = commonItem(item, itemOf(context.inputs[i]));
  context.outputs[0].item = std::move(item);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(context.outputs[0], makeSequence(std::move(context.inputs)));
  return {};
}

}  // namespace

OpDef sequenceConstructOp() {
  return {.name = "SequenceConstruct", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false};
}

}  // namespace ew::ops
