// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::sequence;
  context.outputs[0].item = commonItem(context.inputs[0].item, itemOf(context.inputs[1]));
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::vector<Tensor>* const items, sequenceItems(context.inputs[0], "input_sequence"));
  std::size_t position = items->size();
  if (context.has(2)) {
    EW_ASSIGN(position, positionOf(context.inputs[2], items->size(), true));
  }
  std::vector<Tensor> out = *items;
  out.insert(out.begin() + static_cast<std::ptrdiff_t>(position), context.inputs[1]);
  EW_ASSIGN(context.outputs[0], makeSequence(std::move(out)));
  return {};
}

}  // namespace

OpDef sequenceInsertOp() {
  return {.name = "SequenceInsert", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly,
          .requiredInputs = 2, .mostInputs = 3, .takesLists = true};
}

}  // namespace ew::ops
