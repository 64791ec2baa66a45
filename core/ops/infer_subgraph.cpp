// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/text.h"
#include "core/ops/infer_graph.h"

namespace ew::ops {
namespace {

constexpr int maxNesting = 64;
// A loop infers its body more than once, so that nested ones multiply.
constexpr std::int64_t maxBodyNodes = 4'000'000;

/// Where the captures of `attribute` start among those of the node.
std::size_t firstCapture(const Node& node, const std::string& attribute) {
  std::size_t first = 0;
  for (const auto& [name, value] : node.attributes.all()) {
    if (name == attribute) break;
    if (const auto* graph = std::get_if<SubgraphPtr>(&value); graph != nullptr && *graph != nullptr) first += (*graph)->captures;
  }
  return first;
}

InferContext::Output outputOf(const GraphInferer& body, ValueId id) {
  const ValueFacts& facts = body.facts(id);
  InferContext::Output out{facts.dtype, facts.shape, {}, facts.item};
  if (facts.constant != nullptr && isInteger(facts.constant->dtype()) && facts.constant->size() <= maxFoldedElements) {
    if (Result<std::vector<std::int64_t>> ints = toInts(*facts.constant); ints.ok()) out.elements = std::vector<Dim>(ints->begin(), ints->end());
  } else if (facts.elements != nullptr) {
    out.elements = *facts.elements;
  }
  return out;
}

}  // namespace

Result<std::vector<InferContext::Output>> BodyInferer::infer(const std::string& attribute, std::span<const ValueFacts> inputs) {
  const std::string place = "attribute " + inQuotes(attribute);
  const SubgraphPtr* found = node_.attributes.find<SubgraphPtr>(attribute);
  if (found == nullptr || *found == nullptr) return invalid("is missing or no graph").at(place);
  const Subgraph& body = **found;
  if (depth_ >= maxNesting) return limitReached("graphs are nested deeper than the limit of " + std::to_string(maxNesting)).at(place);
  const std::vector<ValueId>& formal = body.graph.inputs();
  if (inputs.size() != body.formalInputs())
    return invalid("the graph takes " + std::to_string(body.formalInputs()) + " inputs, not " + std::to_string(inputs.size())).at(place);
  const std::size_t first = firstCapture(node_, attribute);
  if (first + body.captures > node_.captures.size()) return internalError("a captured value is missing").at(place);
  shared_.bodyNodes += static_cast<std::int64_t>(body.graph.nodes().size());
  if (shared_.bodyNodes > maxBodyNodes)
    return limitReached("over " + std::to_string(maxBodyNodes) + " nodes of graphs inside nodes to infer").at(place);

  GraphInferer inner(body.graph, shared_, prefix_ + nodePlace(outer_.graph(), node_) + ", " + attribute + ": ", depth_ + 1);
  for (std::size_t i = 0; i < inputs.size(); ++i) inner.setInput(formal[i], inputs[i]);
  for (std::size_t i = 0; i < body.captures; ++i) {
    const ValueId outside = node_.captures[first + i];
    if (outside != kNone) inner.setInput(formal[inputs.size() + i], outer_.facts(outside));
  }
  EW_TRY_AT(inner.run(), place);
  std::vector<InferContext::Output> out;
  for (const ValueId id : body.graph.outputs()) out.push_back(outputOf(inner, id));
  return out;
}

}  // namespace ew::ops
