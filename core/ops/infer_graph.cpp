// SPDX-License-Identifier: Apache-2.0
#include "core/ops/infer_graph.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/ops/extent.h"

namespace ew::ops {

void InferShared::warn(const std::string& text) {
  constexpr std::size_t maxWarnings = 100;
  if (warnings.size() > maxWarnings) return;
  // The body of a loop is inferred more than once.
  if (std::find(warnings.begin(), warnings.end(), text) != warnings.end()) return;
  warnings.push_back(warnings.size() < maxWarnings ? text : "further warnings are not shown");
}

std::string nodePlace(const Graph& graph, const Node& node) {
  return "node " + inQuotes(displayName(graph, node)) + " (" + escapeControl(node.opType) + ")";
}

GraphInferer::GraphInferer(const Graph& graph, InferShared& shared, std::string prefix, int depth)
    : graph_(graph), shared_(shared), prefix_(std::move(prefix)), depth_(depth), facts_(graph.valueCount()) {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    const Value& value = graph.value(static_cast<ValueId>(i));
    facts_[i].dtype = value.dtype;
    facts_[i].shape = value.shape;
  }
  for (const auto& [id, tensor] : graph.initializers()) {
    factsAt(id).dtype = tensor.dtype();
    factsAt(id).shape = tensor.shape();
    factsAt(id).constant = &tensor;
  }
}

void GraphInferer::setInput(ValueId id, const ValueFacts& given) {
  ValueFacts& facts = factsAt(id);
  const std::optional<Shape> declared = std::move(facts.shape);
  const DType declaredType = facts.dtype;
  facts = given;
  if (facts.dtype == DType::none) facts.dtype = declaredType;
  if (!declared) return;
  if (!facts.shape) facts.shape = declared;
  if (facts.shape->rank() != declared->rank()) return;
  for (std::size_t axis = 0; axis < declared->rank(); ++axis)
    if (Dim& dim = (*facts.shape)[axis]; !dim.known() && dim.symbol.empty()) dim = (*declared)[axis];
}

Status GraphInferer::run() {
  for (const Node& node : graph_.nodes()) EW_TRY_AT(visit(node), nodePlace(graph_, node));
  return {};
}

Status GraphInferer::visit(const Node& node) {
  const std::int64_t opset = graph_.opset(node.domain);
  BodyInferer bodies(*this, node, shared_, prefix_, depth_);
  InferContext context{node, opset, {}, std::vector<InferContext::Output>(node.outputs.size()), &bodies};
  const Lookup found = findOp(node.opType, node.domain, opset);
  bool fits = found.def != nullptr;  // whether its operands are what the operator's functions rely on
  if (found.def != nullptr) {
    context.inputs.reserve(node.inputs.size());
    for (const ValueId id : node.inputs) context.inputs.push_back(id == kNone ? ValueFacts() : facts(id));
    if (Status status = runInfer(*found.def, context); !status.ok()) {
      fits = status.error().code == ErrorCode::Unsupported;
      if (!fits && !shared_.keepsGoing) return status;
      warn(nodePlace(graph_, node) + " could not be inferred: " + status.error().text());
    }
  }
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (node.outputs[i] == kNone) continue;
    if (Status status = record(node.outputs[i], context.outputs[i]); !status.ok()) {
      if (!shared_.keepsGoing) return status;
      warn(nodePlace(graph_, node) + ": " + status.error().text());
    }
  }
  if (fits) fold(*found.def, node, context);
  return {};
}

Status GraphInferer::record(ValueId id, InferContext::Output& found) {
  ValueFacts& facts = factsAt(id);
  if (found.dtype != DType::none) {
    if (facts.dtype != DType::none && facts.dtype != found.dtype)
      warn("value " + inQuotes(graph_.value(id).name) + " is declared " + std::string(dtypeName(facts.dtype)) + " but is " +
           std::string(dtypeName(found.dtype)));
    facts.dtype = found.dtype;
  }
  if (facts.shape) bindDeclared(*facts.shape);
  if (found.shape) {
    for (const Dim& dim : found.shape->dims())
      if (dim.extent < -1) return invalid("output " + inQuotes(graph_.value(id).name) + " would have the shape " + found.shape->text());
    facts.shape = facts.shape ? joined(id, *facts.shape, *found.shape) : std::move(*found.shape);
  }
  facts.item = std::move(found.item);
  if (found.elements) recordElements(id, std::move(*found.elements));
  return {};
}

void GraphInferer::bindDeclared(Shape& shape) const {
  if (shared_.bindings.empty()) return;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) shape[axis] = boundDim(shape[axis], shared_.bindings);
}

/// What was inferred, completed by what the file declares where inference could not tell.
Shape GraphInferer::joined(ValueId id, const Shape& declared, const Shape& inferred) {
  bool differs = declared.rank() != inferred.rank();
  Shape out = inferred;
  for (std::size_t axis = 0; !differs && axis < out.rank(); ++axis) {
    const Dim& said = declared[axis];
    if (!out[axis].known() && (said.known() || out[axis].symbol.empty())) out[axis] = said;
    differs = said.known() && out[axis].extent != said.extent;
  }
  if (!differs) return out;
  warn("value " + inQuotes(graph_.value(id).name) + " is declared " + declared.text() + " but is " + inferred.text());
  return inferred;
}

void GraphInferer::recordElements(ValueId id, std::vector<Dim> elements) {
  ValueFacts& facts = factsAt(id);
  const auto count = facts.shape ? facts.shape->elements() : std::nullopt;
  if (!count || *count != static_cast<std::int64_t>(elements.size()) || *count > maxFoldedElements) return;
  const bool known = std::all_of(elements.begin(), elements.end(), [](const Dim& dim) { return dim.known(); });
  if (known && facts.dtype == DType::i64) {
    Tensor tensor = Tensor::zeros(DType::i64, *facts.shape->concrete());
    std::ranges::transform(elements, tensor.mutableData<std::int64_t>().begin(), [](const Dim& dim) { return dim.extent; });
    facts.constant = &constants_.insert_or_assign(id, std::move(tensor)).first->second;
  }
  elements_.push_back(std::move(elements));
  facts.elements = &elements_.back();
}

}  // namespace ew::ops
