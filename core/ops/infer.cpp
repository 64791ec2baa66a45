// SPDX-License-Identifier: Apache-2.0
#include "core/ops/infer.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/graph/graph_edit.h"
#include "core/graph/subgraphs.h"
#include "core/ops/cost.h"
#include "core/ops/extent.h"
#include "core/ops/infer_graph.h"
#include "core/ops/infer_partly.h"

namespace ew::ops {
namespace {

/// Gives the inputs of the model the extents that the caller wants.
class InputBinder {
 public:
  InputBinder(const Graph& graph, const InferOptions& options, std::map<std::string, std::int64_t>& bindings)
      : graph_(graph), options_(options), bindings_(bindings) {
    bindings_ = options.bindings;
  }

  /// The shape of an input, nothing when its rank is unknown.
  Result<std::optional<Shape>> shapeOf(ValueId id) {
    const Value& value = graph_.value(id);
    if (const auto given = options_.inputShapes.find(value.name); given != options_.inputShapes.end()) {
      EW_TRY(checkWhole(value, given->second));
      return std::optional<Shape>(Shape(given->second));
    }
    if (!value.shape) return std::optional<Shape>();
    Shape shape = *value.shape;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      Dim& dim = shape[axis];
      if (dim.known()) continue;
      const auto byAxis = bindings_.find(value.name + ":" + std::to_string(axis));
      const auto bySymbol = bindings_.find(dim.symbol);
      const std::string symbol = dim.symbol;
      if (byAxis != bindings_.end()) dim = Dim(byAxis->second);
      else if (!symbol.empty() && bySymbol != bindings_.end()) dim = Dim(bySymbol->second);
      else if (const Dim bound = boundDim(dim, options_.bindings); bound.known()) dim = bound;
      else if (options_.dynamicDefault > 0) dim = Dim(options_.dynamicDefault);
      else continue;
      if (!dim.known()) return invalid("extent " + std::to_string(dim.extent) + " for dimension " + std::to_string(axis) + " is negative");
      remember(symbol, dim.extent);
    }
    return std::optional<Shape>(std::move(shape));
  }

 private:
  Status checkWhole(const Value& value, const Dims& dims) {
    for (const std::int64_t extent : dims)
      if (extent < 0) return invalid("negative extent in " + dimsText(dims));
    if (!value.shape) return {};
    bool fits = value.shape->rank() == dims.size();
    for (std::size_t axis = 0; fits && axis < dims.size(); ++axis) {
      const Dim& declared = (*value.shape)[axis];
      fits = !declared.known() || declared.extent == dims[axis];
      if (!declared.known()) remember(declared.symbol, dims[axis]);
    }
    if (!fits) return invalid("the model takes " + value.shape->text() + ", not " + dimsText(dims));
    return {};
  }

  /// A symbol that two inputs give different extents says nothing about further values.
  void remember(const std::string& symbol, std::int64_t extent) {
    if (symbol.empty()) return;
    const auto [it, isNew] = bindings_.emplace(symbol, extent);
    if (!isNew && it->second != extent && !options_.bindings.contains(symbol)) it->second = -1;
  }

  const Graph& graph_;
  const InferOptions& options_;
  std::map<std::string, std::int64_t>& bindings_;
};

std::optional<Dims> concreteDims(const Graph& graph, ValueId id) {
  if (id == kNone) return Dims();
  if (const Tensor* constant = graph.initializer(id)) return constant->dims();
  const std::optional<Shape>& shape = graph.value(id).shape;
  return shape ? shape->concrete() : std::nullopt;
}

/// Copies the graph, or takes it over, when all is inferred.
template <class G>
Result<Inference> inferred(G&& graph, const InferOptions& options, bool keepsGoing = false) {
  InferShared shared;
  shared.keepsGoing = keepsGoing;
  GraphInferer inferer(graph, shared, "", 0);
  InputBinder binder(graph, options, shared.bindings);
  for (const ValueId id : graph.inputs()) {
    EW_ASSIGN_AT(std::optional<Shape> shape, binder.shapeOf(id), "input " + inQuotes(graph.value(id).name));
    if (shape) inferer.setInputShape(id, std::move(*shape));
  }
  EW_TRY(inferer.run());
  const std::size_t count = graph.valueCount();
  GraphEdit edit(std::forward<G>(graph));
  for (std::size_t i = 0; i < count; ++i) {
    const auto id = static_cast<ValueId>(i);
    edit.mutableValue(id).dtype = inferer.facts(id).dtype;
    edit.mutableValue(id).shape = inferer.takeShape(id);
  }
  return Inference{std::move(edit).take(), std::move(inferer.constants()), std::move(shared.warnings)};
}

}  // namespace

Result<Inference> inferShapes(const Graph& graph, const InferOptions& options) { return inferred(graph, options); }
Result<Inference> inferShapes(Graph&& graph, const InferOptions& options) { return inferred(std::move(graph), options); }

Result<Inference> inferPartly(Graph&& graph, const InferOptions& options) { return inferred(std::move(graph), options, true); }

std::vector<Refusal> findUnsupported(const Graph& graph) {
  std::vector<Refusal> out;
  for (const Node& node : graph.nodes()) {
    if (Lookup found = findOp(graph, node); found.def == nullptr) out.push_back({node.id, std::move(found.reason)});
    for (const SubgraphUse& use : subgraphsOf(node))
      for (Refusal& inner : findUnsupported(use.subgraph->graph)) {
        const std::string place = nodePlace(use.subgraph->graph, *use.subgraph->graph.node(inner.node));
        inner.inside = escapeControl(use.attribute) + ": " + place + (inner.inside.empty() ? "" : ", " + inner.inside);
        out.push_back({node.id, std::move(inner.reason), std::move(inner.inside)});
      }
  }
  return out;
}

Status requireSupported(const Graph& graph) {
  constexpr std::size_t shown = 3;
  const std::vector<Refusal> refused = findUnsupported(graph);
  if (refused.empty()) return {};
  std::string text;
  for (std::size_t i = 0; i < std::min(shown, refused.size()); ++i)
    text += (i == 0 ? "" : "; ") + nodePlace(graph, *graph.node(refused[i].node)) +
            (refused[i].inside.empty() ? "" : ", " + refused[i].inside) + ": " + refused[i].reason.text();
  if (refused.size() > shown) text += "; and " + std::to_string(refused.size() - shown) + " more nodes";
  return unsupported(std::move(text));
}

Cost costOf(const Graph& inferred, const Node& node) {
  const Lookup found = findOp(inferred, node);
  if (found.def == nullptr) return {};
  std::vector<Dims> inputs, outputs;
  for (const ValueId id : node.inputs) {
    auto dims = concreteDims(inferred, id);
    if (!dims) return {};
    inputs.push_back(std::move(*dims));
  }
  for (const ValueId id : node.outputs) {
    auto dims = concreteDims(inferred, id);
    if (!dims) return {};
    outputs.push_back(std::move(*dims));
  }
  if (static_cast<std::size_t>(found.def->requiredInputs) > inputs.size() || outputs.empty()) return {};
  if (found.def->cost == nullptr) return {0, work(outputs[0])};
  return found.def->cost(node, inputs, outputs);
}

}  // namespace ew::ops
