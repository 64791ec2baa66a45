// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/attributes.h"
#include "core/ops/element_facts.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Extents of the parts along the split axis: the given ones, or `outputs` equal parts. Since opset 18 the last of
/// equal parts may be smaller.
Result<std::vector<std::int64_t>> partExtents(const Node& node, std::int64_t opset, const IntList& given, std::int64_t extent) {
  const auto outputs = static_cast<std::int64_t>(node.outputs.size());
  if (given.given) {
    if (static_cast<std::int64_t>(given.values.size()) != outputs)
      return invalid("split has " + std::to_string(given.values.size()) + " entries for " + std::to_string(outputs) + " outputs");
    std::int64_t left = extent;
    for (const std::int64_t part : given.values) {
      if (part < 0 || part > left) return invalid("split entry " + std::to_string(part) + " does not fit into extent " + std::to_string(extent));
      left -= part;
    }
    if (left != 0) return invalid("the split entries leave " + std::to_string(left) + " of extent " + std::to_string(extent));
    return given.values;
  }
  const std::int64_t parts = node.attributes.getInt("num_outputs", outputs);
  if (parts != outputs) return invalid("num_outputs is " + std::to_string(parts) + " for " + std::to_string(outputs) + " outputs");
  if (opset < 18 && extent % outputs != 0)
    return invalid("extent " + std::to_string(extent) + " cannot be split into " + std::to_string(outputs) + " equal parts");
  const std::int64_t part = extent / outputs + (extent % outputs != 0 ? 1 : 0);
  std::vector<std::int64_t> out;
  for (std::int64_t i = 0, left = extent; i < outputs; ++i, left -= out.back()) out.push_back(std::min(part, left));
  return out;
}

void splitElements(InferContext& context, const std::vector<std::int64_t>& parts) {
  const auto elements = elementsOf(context, 0);
  if (!elements) return;
  auto from = elements->begin();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] < 0 || parts[i] > elements->end() - from) return;
    setElements(context, Elements(from, from + parts[i]), i);
    from += parts[i];
  }
}

Status infer(InferContext& context) {
  for (auto& output : context.outputs) output.dtype = context.inputs[0].dtype;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), shape->rank()));
  EW_ASSIGN(const IntList given, intList(context, 1, "split"));
  const Dim extent = (*shape)[axis];
  std::vector<std::int64_t> parts(context.outputs.size(), -1);
  if (extent.known() && given.known) {
    EW_ASSIGN(parts, partExtents(context.node, context.opset, given, extent.extent));
  } else if (given.known && given.values.size() == parts.size()) {
    parts = given.values;
  }
  const auto count = static_cast<std::int64_t>(parts.size());
  const auto equal = given.given || extent.known() ? Dim() : quotientOf(shiftedDim(extent, context.opset < 18 ? 0 : count - 1), count);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Shape out = *shape;
    out[axis] = parts[i] >= 0 ? Dim(parts[i]) : equal;
    // Since version 18 the last part takes what is left.
    if (context.opset >= 18 && parts[i] < 0 && i + 1 == parts.size()) out[axis] = differenceOf(extent, productOf(equal, Dim(count - 1)));
    context.outputs[i].shape = std::move(out);
  }
  if (shape->rank() == 1) splitElements(context, parts);
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), input.rank()));
  EW_ASSIGN(const IntList given, intList(context, 1, "split"));
  EW_ASSIGN(const std::vector<std::int64_t> parts, partExtents(context.node, context.opset, given, input.dim(axis)));
  Layout source = layoutOf(input);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Dims extents = input.dims();
    extents[axis] = parts[i];
    if (context.wants(i)) {
      EW_ASSIGN(context.outputs[i], gathered(input, source, std::move(extents)));
    }
    source.offset += parts[i] * source.strides[axis];
  }
  return {};
}

}  // namespace

OpDef splitOp() { return {.name = "Split", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
