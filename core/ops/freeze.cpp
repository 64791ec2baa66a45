// SPDX-License-Identifier: Apache-2.0
#include "core/ops/freeze.h"

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/ops/extent.h"

namespace ew::ops {
namespace {

/// Symbols of the inputs, those inside expressions included.
std::set<std::string> symbolsOf(const Graph& graph) {
  std::set<std::string> out;
  for (const ValueId id : graph.inputs()) {
    if (!graph.value(id).shape) continue;
    for (const Dim& dim : graph.value(id).shape->dims()) {
      if (dim.known() || dim.symbol.empty()) continue;
      out.insert(dim.symbol);
      if (const auto extent = Extent::of(dim)) extent->forEachSymbol([&](const std::string& symbol) { out.insert(symbol); });
    }
  }
  return out;
}

/// "x:0", where that axis of input x is dynamic.
bool isDynamicAxis(const Graph& graph, const std::string& name) {
  const std::size_t colon = name.rfind(':');
  long long axis = 0;
  if (colon == std::string::npos || !parseInt(std::string_view(name).substr(colon + 1), axis)) return false;
  const ValueId id = graph.valueNamed(name.substr(0, colon));
  if (!graph.isInput(id) || !graph.value(id).shape) return false;
  const Shape& shape = *graph.value(id).shape;
  return axis >= 0 && axis < std::ssize(shape.dims()) && !shape[static_cast<std::size_t>(axis)].known();
}

std::string choices(const Graph& graph, const std::set<std::string>& symbols) {
  constexpr std::size_t shown = 8;
  std::vector<std::string> inputs, names;
  for (const ValueId id : graph.inputs()) {
    const Value& value = graph.value(id);
    if (inputs.size() < shown) inputs.push_back(inQuotes(value.name) + " (" + (value.shape ? value.shape->text() : "any rank") + ")");
    else if (inputs.size() == shown) inputs.emplace_back("...");
  }
  for (const std::string& symbol : symbols) {
    if (names.size() < shown) names.push_back(inQuotes(symbol));
    else if (names.size() == shown) names.emplace_back("...");
  }
  return "inputs: " + join(inputs, ", ") + "; symbols: " + (names.empty() ? "none" : join(names, ", "));
}

}  // namespace

std::vector<DynamicDim> dynamicDims(const Graph& graph) {
  std::vector<DynamicDim> out;
  for (const ValueId id : graph.inputs()) {
    const std::optional<Shape>& shape = graph.value(id).shape;
    for (std::size_t axis = 0; shape && axis < shape->rank(); ++axis) {
      const Dim& dim = (*shape)[axis];
      if (dim.known()) continue;
      auto it = std::ranges::find_if(out, [&](const DynamicDim& known) { return !dim.symbol.empty() && known.symbol == dim.symbol; });
      if (it == out.end()) it = out.insert(out.end(), DynamicDim{dim.symbol, {}});
      it->places.push_back({id, axis});
    }
  }
  return out;
}

ValueId firstDynamicInput(const Graph& graph) {
  const auto found = std::ranges::find_if(graph.inputs(), [&](ValueId id) { return !graph.value(id).shape || !graph.value(id).shape->known(); });
  return found != graph.inputs().end() ? *found : kNone;
}

Result<InferOptions> optionsFor(const Graph& graph, const FixedShapes& fixed) {
  InferOptions options;
  const std::set<std::string> symbols = fixed.empty() ? std::set<std::string>() : symbolsOf(graph);
  for (const auto& [name, dims] : fixed) {
    if (graph.isInput(graph.valueNamed(name))) {
      options.inputShapes[name] = dims;
    } else if (symbols.contains(name) || isDynamicAxis(graph, name)) {
      if (dims.size() != 1) return invalid(inQuotes(name) + " stands for one extent, not for " + dimsText(dims));
      if (dims[0] < 0) return invalid(inQuotes(name) + " cannot be " + std::to_string(dims[0]));
      options.bindings[name] = dims[0];
    } else {
      return invalid("the model has no input and no symbol " + inQuotes(name) + "; " + choices(graph, symbols));
    }
  }
  return options;
}

Result<Inference> freezeShapes(const Graph& graph, const FixedShapes& fixed) {
  EW_ASSIGN(const InferOptions options, optionsFor(graph, fixed));
  return inferShapes(graph, options);
}

}  // namespace ew::ops
