// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/attributes.h"
#include "core/ops/int_operand.h"
#include "core/ops/item_facts.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxParts = 1'000'000;

/// Without the operand each part has one entry, and the axis goes unless `keepdims` says otherwise.
bool dropsAxis(const Node& node) { return node.input(1) == kNone && node.attributes.getInt("keepdims", 1) == 0; }

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::sequence;
  ItemFacts item{context.inputs[0].dtype, context.inputs[0].shape, {}};
  if (item.shape) {
    EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), item.shape->rank()));
    std::vector<Dim> dims = item.shape->dims();
    if (dropsAxis(context.node)) dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
    else dims[axis] = context.has(1) ? Dim() : Dim(1);
    item.shape = Shape(std::move(dims));
  }
  context.outputs[0].item = std::make_shared<const ItemFacts>(std::move(item));
  return {};
}

/// Extents of the parts: those of a vector, chunks of a scalar's size with what is left as the last, or ones.
Result<std::vector<std::int64_t>> partsOf(const ComputeContext& context, std::int64_t extent) {
  if (context.has(1) && context.inputs[1].rank() > 0) {
    EW_ASSIGN(std::vector<std::int64_t> parts, intsOf(context.inputs[1], "split"));
    std::int64_t left = extent;
    for (const std::int64_t part : parts) {
      if (part < 0 || part > left) return invalid("split entry " + std::to_string(part) + " does not fit into extent " + std::to_string(extent));
      left -= part;
    }
    if (left != 0) return invalid("the split entries leave " + std::to_string(left) + " of extent " + std::to_string(extent));
    return parts;
  }
  std::int64_t size = 1;
  if (context.has(1)) {
    EW_ASSIGN(size, intOf(context.inputs[1], "split"));
  }
  if (size < 1) return invalid("split is " + std::to_string(size));
  if (extent / size >= maxParts) return limitReached("over " + std::to_string(maxParts) + " parts, the limit");
  std::vector<std::int64_t> parts;
  for (std::int64_t left = extent; left > 0; left -= parts.back()) parts.push_back(std::min(size, left));
  return parts;
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), input.rank()));
  EW_ASSIGN(const std::vector<std::int64_t> parts, partsOf(context, input.dim(axis)));
  Layout source = layoutOf(input);
  std::vector<Tensor> items;
  for (const std::int64_t part : parts) {
    Dims dims = input.dims();
    dims[axis] = part;
    EW_ASSIGN(Tensor item, gathered(input, source, dims));
    if (dropsAxis(context.node)) {
      dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
      item = item.reshaped(std::move(dims));
    }
    items.push_back(std::move(item));
    source.offset += part * source.strides[axis];
  }
  EW_ASSIGN(context.outputs[0], makeSequence(std::move(items)));
  return {};
}

}  // namespace

OpDef splitToSequenceOp() {
  return {.name = "SplitToSequence", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false, .mostInputs = 2};
}

}  // namespace ew::ops
