// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"
#include "core/ops/move.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_ASSIGN(const DType type, typeAttribute(context.node, "dtype", DType::f32));
  context.outputs[0].dtype = DType::sequence;
  context.outputs[0].item = std::make_shared<const ItemFacts>(ItemFacts{type, {}, {}});
  return {};
}

Status compute(ComputeContext& context) {
  EW_TRY(typeAttribute(context.node, "dtype", DType::f32));
  context.outputs[0] = Tensor::sequence({});
  return {};
}

}  // namespace

OpDef sequenceEmptyOp() {
  return {.name = "SequenceEmpty", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false,
          .requiredInputs = 0, .mostInputs = 0};
}

}  // namespace ew::ops
