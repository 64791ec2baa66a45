// SPDX-License-Identifier: Apache-2.0
#include "core/ops/control_flow.h"
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Sequences give the body an item in each pass, tensors give it themselves.
Status infer(InferContext& context) {
  std::vector<ValueFacts> inputs;
  for (const ValueFacts& facts : context.inputs)
    inputs.push_back(facts.dtype == DType::sequence ? typeOf(outputOfItem(facts.item)) : typeOf(facts));
  EW_ASSIGN(const auto found, inferBody(context, "body", inputs, context.outputs.size()));
  for (std::size_t i = 0; i < context.outputs.size(); ++i) {
    context.outputs[i].dtype = DType::sequence;
    context.outputs[i].item = itemOf(typeOf(found[i]));
  }
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::vector<Tensor>* const first, sequenceItems(context.inputs[0], "input_sequence"));
  for (std::size_t i = 1; i < context.inputs.size(); ++i)
    if (context.inputs[i].dtype() == DType::sequence && context.inputs[i].items().size() != first->size())
      return invalid("input " + std::to_string(i) + " has " + std::to_string(context.inputs[i].items().size()) + " items, input 0 has " +
                     std::to_string(first->size()));
  std::vector<std::vector<Tensor>> items(context.outputs.size());
  for (std::size_t pass = 0; pass < first->size(); ++pass) {
    std::vector<Tensor> inputs;
    for (const Tensor& input : context.inputs) inputs.push_back(input.dtype() == DType::sequence ? input.items()[pass] : input);
    EW_ASSIGN(std::vector<Tensor> made, runBody(context, "body", inputs, items.size()));
    for (std::size_t i = 0; i < items.size(); ++i) items[i].push_back(std::move(made[i]));
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    EW_ASSIGN(context.outputs[i], makeSequence(std::move(items[i])));
  }
  return {};
}

}  // namespace

OpDef sequenceMapOp() {
  return {.name = "SequenceMap", .sinceVersion = 17, .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false, .takesLists = true};
}

}  // namespace ew::ops
