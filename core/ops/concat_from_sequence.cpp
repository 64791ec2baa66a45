// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {

OpDef concatOp();

namespace {

bool hasNewAxis(const Node& node) { return node.attributes.getInt("new_axis", 0) != 0; }

Status infer(InferContext& context) {
  const ItemPtr& item = context.inputs[0].item;
  if (item == nullptr) return {};
  context.outputs[0].dtype = item->dtype;
  if (!item->shape) return {};
  std::vector<Dim> dims = item->shape->dims();
  const std::size_t rank = dims.size() + (hasNewAxis(context.node) ? 1 : 0);
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), rank));
  if (hasNewAxis(context.node)) dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), Dim());
  dims[axis] = Dim();
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::vector<Tensor>* const items, sequenceItems(context.inputs[0], "input_sequence"));
  if (items->empty()) return invalid("the sequence is empty");
  const std::size_t rank = items->front().rank() + (hasNewAxis(context.node) ? 1 : 0);
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), rank));
  Node concat;
  concat.opType = "Concat";
  concat.attributes.set("axis", static_cast<std::int64_t>(axis));
  concat.outputs = context.node.outputs;
  ComputeContext joined{concat, context.opset, *items, std::vector<Tensor>(1)};
  if (hasNewAxis(context.node))
    for (Tensor& input : joined.inputs) {
      Dims dims = input.dims();
      if (dims.size() + 1 != rank) return invalid("the items differ in rank");
      dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), 1);
      input = input.reshaped(std::move(dims));
    }
  EW_TRY(concatOp().compute(joined));
  context.outputs[0] = std::move(joined.outputs[0]);
  return {};
}

}  // namespace

OpDef concatFromSequenceOp() {
  return {.name = "ConcatFromSequence", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly,
          .mostInputs = 1, .takesLists = true};
}

}  // namespace ew::ops
