// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/contents.h"

#include <string_view>
#include <unordered_map>

#include "core/base/text.h"
#include "core/graph/subgraphs.h"
#include "core/onnx/contents.h"
#include "core/ops/extent.h"

namespace ew::analysis {
namespace {

void addInitializers(InitializerFacts& facts, const Graph& graph) {
  for (const auto& [id, tensor] : graph.initializers()) {
    const auto bytes = static_cast<std::int64_t>(tensor.byteSize());
    InitializerFacts::OfType& type = facts.byType[std::string(dtypeName(tensor.dtype()))];
    ++type.count;
    type.bytes += bytes;
    ++facts.count;
    facts.bytes += bytes;
    const onnx::StoredForm form = onnx::storedForm(graph.value(id));
    facts.sparse += form.sparse ? 1 : 0;
    if (!form.externalFile.empty()) facts.externalFiles.insert(form.externalFile);
  }
}

void addGraph(Contents& out, const Graph& graph, const std::string& place) {
  const std::size_t index = out.graphs.size();
  out.graphs.push_back({place, std::ssize(graph.nodes()), {}});
  addInitializers(out.initializers, graph);
  std::unordered_map<std::string_view, std::int64_t> plain;  // most nodes are of no further domain
  for (const Node& node : graph.nodes()) {
    if (node.domain.empty()) ++plain[node.opType];
    else ++out.graphs[index].operators[node.domain + "." + node.opType];
    for (const SubgraphUse& use : subgraphsOf(node))
      addGraph(out, use.subgraph->graph, (place.empty() ? "" : place + ", ") + "node " + inQuotes(displayName(graph, node)) + ", " + escapeControl(use.attribute));
  }
  for (const auto& [name, count] : plain) out.graphs[index].operators[std::string(name)] = count;
}

/// Symbols of an extent; the same few extents come up at every value.
class SymbolTable {
 public:
  const std::set<std::string>& of(const std::string& extent) {
    const auto [it, isNew] = known_.try_emplace(extent);
    std::set<std::string>& symbols = it->second;
    if (!isNew) return symbols;
    if (const auto expression = ops::Extent::of(Dim(extent))) expression->forEachSymbol([&](const std::string& symbol) { symbols.insert(symbol); });
    else symbols.insert(extent);
    return symbols;
  }

 private:
  std::unordered_map<std::string, std::set<std::string>> known_;
};

void addDynamic(Contents& out, const Graph& graph) {
  SymbolTable table;
  std::map<std::string, DynamicExtent> dynamic;
  for (std::size_t i = 0; i < graph.valueCount(); ++i) {
    const Value& value = graph.value(static_cast<ValueId>(i));
    if (value.id == kNone) continue;
    bool unknown = !value.shape && value.opaqueType.empty();
    std::set<std::string> symbols;
    for (std::size_t axis = 0; value.shape && axis < value.shape->rank(); ++axis) {
      const Dim& dim = (*value.shape)[axis];
      if (dim.known()) continue;
      unknown = unknown || dim.symbol.empty();
      if (!dim.symbol.empty()) symbols.insert(table.of(dim.symbol).begin(), table.of(dim.symbol).end());
    }
    out.unknownValues += unknown ? 1 : 0;
    for (const std::string& symbol : symbols) ++dynamic[symbol].values;
  }
  const auto addPlaces = [&](const std::vector<ValueId>& ids, std::vector<std::string> DynamicExtent::*places) {
    for (const ValueId id : ids) {
      const Value& value = graph.value(id);
      for (std::size_t axis = 0; value.shape && axis < value.shape->rank(); ++axis) {
        const Dim& dim = (*value.shape)[axis];
        if (dim.known() || dim.symbol.empty()) continue;
        for (const std::string& symbol : table.of(dim.symbol)) (dynamic[symbol].*places).push_back(value.name + ":" + std::to_string(axis));
      }
    }
  };
  addPlaces(graph.inputs(), &DynamicExtent::inputs);
  addPlaces(graph.outputs(), &DynamicExtent::outputs);
  for (auto& [symbol, extent] : dynamic) {
    extent.symbol = symbol;
    out.dynamic.push_back(std::move(extent));
  }
}

}  // namespace

Contents contentsOf(const Graph& inferred) {
  Contents out;
  addGraph(out, inferred, "");
  for (const GraphContents& graph : out.graphs)
    for (const auto& [name, count] : graph.operators) out.operators[name] += count;
  addDynamic(out, inferred);
  return out;
}

}  // namespace ew::analysis
