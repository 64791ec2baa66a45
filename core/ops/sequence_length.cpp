// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::i64;
  context.outputs[0].shape = Shape(Dims{});
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::vector<Tensor>* const items, sequenceItems(context.inputs[0], "input_sequence"));
  context.outputs[0] = Tensor::scalar(static_cast<std::int64_t>(items->size()));
  return {};
}

}  // namespace

OpDef sequenceLengthOp() {
  return {.name = "SequenceLength", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly,
          .mostInputs = 1, .takesLists = true};
}

}  // namespace ew::ops
