// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inspect_text.h"

#include <algorithm>

#include "app/cli/table_text.h"
#include "core/base/text.h"
#include "core/onnx/contents.h"

namespace ew::cli {
namespace {

std::string line(const std::string& label, const std::string& text) {
  return label + std::string(label.size() < 14 ? 14 - label.size() : 1, ' ') + text + "\n";
}

std::string opsetsText(const ModelInfo& info) {
  std::vector<std::string> parts;
  for (const auto& [domain, version] : info.opsets)
    parts.push_back((domain.empty() ? "ai.onnx" : escapeControl(domain)) + " " + std::to_string(version));
  return join(parts, ", ");
}

std::string valuesText(const std::string& label, const Graph& graph, const std::vector<ValueId>& ids) {
  std::string out;
  for (const ValueId id : ids) {
    const Value& value = graph.value(id);
    out += line(label, escapeControl(value.name) + "  " + std::string(dtypeName(value.dtype)) + "  " +
                           escapeControl(value.shape ? value.shape->text() : "unknown rank"));
  }
  return out;
}

/// "120 Conv, 118 Relu, 30 Add": the most frequent first.
std::string operatorsText(const std::map<std::string, std::int64_t>& operators) {
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [name, count] : operators) sorted.emplace_back(-count, name);
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::string> parts;
  for (const auto& [count, name] : sorted) parts.push_back(std::to_string(-count) + " " + escapeControl(name));
  return join(parts, ", ");
}

std::string dynamicText(const analysis::DynamicExtent& extent) {
  std::string out = escapeControl(extent.symbol);
  if (!extent.inputs.empty()) out += "  in " + escapeControl(join(extent.inputs, ", "));
  if (!extent.outputs.empty()) out += "  out " + escapeControl(join(extent.outputs, ", "));
  return out + "  (" + std::to_string(extent.values) + " values)";
}

std::string initializersText(const analysis::InitializerFacts& facts) {
  std::string out = std::to_string(facts.count) + " in " + byteText(static_cast<double>(facts.bytes));
  std::vector<std::string> parts;
  for (const auto& [type, of] : facts.byType) parts.push_back(std::to_string(of.count) + " " + type + " " + byteText(static_cast<double>(of.bytes)));
  if (facts.sparse > 0) parts.push_back(std::to_string(facts.sparse) + " stored sparse");
  for (const std::string& file : facts.externalFiles) parts.push_back("file " + escapeControl(file));
  return parts.empty() ? out : out + " (" + join(parts, ", ") + ")";
}

}  // namespace

std::string modelText(const std::string& file, const Graph& graph, const analysis::Contents& contents) {
  const ModelInfo& info = graph.info();
  std::string out = line("model", escapeControl(file));
  const std::string producer = info.producerName + (info.producerVersion.empty() ? "" : " " + info.producerVersion);
  out += line("format", "IR version " + std::to_string(info.irVersion) + ", operator sets " + opsetsText(info) +
                            (producer.empty() ? "" : ", from " + escapeControl(producer)));
  for (const auto& [key, value] : info.metadata) out += line("metadata", escapeControl(key) + " = " + escapeControl(value));
  for (const onnx::FunctionFacts& function : onnx::functionsOf(info))
    out += line("function", escapeControl(function.domain + "." + function.name) + "  " + std::to_string(function.nodes) + " nodes");
  out += valuesText("input", graph, graph.inputs()) + valuesText("output", graph, graph.outputs());
  for (const analysis::DynamicExtent& extent : contents.dynamic) out += line("dynamic", dynamicText(extent));
  if (contents.unknownValues > 0) out += line("unknown", std::to_string(contents.unknownValues) + " values have a shape that is not known in full");
  constexpr std::size_t shownGraphs = 9;
  for (std::size_t i = 0; i < std::min(shownGraphs, contents.graphs.size()); ++i) {
    const analysis::GraphContents& inner = contents.graphs[i];
    out += line("operators", (inner.place.empty() ? "" : inner.place + ": ") + operatorsText(inner.operators));
  }
  if (contents.graphs.size() > shownGraphs)
    out += line("operators", "of " + std::to_string(contents.graphs.size() - shownGraphs) + " more graphs inside nodes: see --json");
  return out + line("constants", initializersText(contents.initializers));
}

std::string layersText(const analysis::Summary& summary) {
  const analysis::Totals& totals = summary.totals;
  // What is not known counts as nothing, so the sums are lower bounds then.
  const bool allKnown = std::ranges::all_of(summary.layers, [](const analysis::LayerFacts& layer) { return layer.macsKnown; });
  const std::string bound = allKnown ? "" : "at least ";
  std::string out = line("totals", std::to_string(totals.nodes) + " nodes, " + std::to_string(totals.parameters) + " parameters in " +
                                       byteText(static_cast<double>(totals.weightBytes)) + ", " + bound + significant(static_cast<double>(totals.macs) / 1e6) +
                                       " M MACs, sparsity " + significant(100 * totals.sparsity) + " %, activations at their peak " +
                                       bound + byteText(static_cast<double>(totals.activationPeakBytes)));
  TableText table({"layer", "operator", "output", "parameters", "MACs", "sparsity %", "weights", "activations"});
  for (const analysis::LayerFacts& layer : summary.layers) {
    table.add({escapeControl(layer.name), escapeControl(layer.op), escapeControl(layer.outputShape), std::to_string(layer.parameters),
               layer.macsKnown ? std::to_string(layer.macs) : "?", layer.parameters > 0 ? significant(100 * layer.sparsity) : "",
               layer.weightPrecision, layer.activationPrecision});
  }
  return out + "\n" + table.text();
}

std::string refusedText(const Graph& graph, const std::vector<ops::Refusal>& refused) {
  std::string out;
  for (const ops::Refusal& refusal : refused) {
    const Node& node = *graph.node(refusal.node);
    out += "cannot run: " + escapeControl(displayName(graph, node)) + " (" + escapeControl(node.opType) + ")" +
           (refusal.inside.empty() ? "" : ", " + refusal.inside) + ": " + refusal.reason.text() + "\n";
  }
  return out;
}

}  // namespace ew::cli
