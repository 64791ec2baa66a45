// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0] = outputOfItem(context.inputs[0].item);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::vector<Tensor>* const items, sequenceItems(context.inputs[0], "input_sequence"));
  EW_ASSIGN(const std::size_t position, positionOf(context.inputs[1], items->size(), false));
  context.outputs[0] = (*items)[position];
  return {};
}

}  // namespace

OpDef sequenceAtOp() {
  return {.name = "SequenceAt", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly,
          .requiredInputs = 2, .mostInputs = 2, .takesLists = true};
}

}  // namespace ew::ops
