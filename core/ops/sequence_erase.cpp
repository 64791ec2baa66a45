// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::sequence;
  context.outputs[0].item = context.inputs[0].item;
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::vector<Tensor>* const items, sequenceItems(context.inputs[0], "input_sequence"));
  if (items->empty()) return invalid("the sequence is empty");
  std::size_t position = items->size() - 1;
  if (context.has(1)) {
    EW_ASSIGN(position, positionOf(context.inputs[1], items->size(), false));
  }
  std::vector<Tensor> out = *items;
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(position));
  context.outputs[0] = Tensor::sequence(std::move(out));
  return {};
}

}  // namespace

OpDef sequenceEraseOp() {
  return {.name = "SequenceErase", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly,
          .mostInputs = 2, .takesLists = true};
}

}  // namespace ew::ops
