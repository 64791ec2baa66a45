// SPDX-License-Identifier: GPL-3.0-or-later
#include <malloc.h>

#include "app/cli/commands.h"
#include "app/cli/inspect_text.h"
#include "app/cli/layer_json.h"
#include "app/cli/model_argument.h"
#include "core/base/text.h"
#include "core/recipe/judgement_json.h"

namespace ew::cli {
namespace {

using nlohmann::json;

json refusedJson(const Graph& graph, const std::vector<ops::Refusal>& refused) {
  json out = json::array();
  for (const ops::Refusal& refusal : refused) {
    const Node& node = *graph.node(refusal.node);
    json row{{"node", escapeControl(displayName(graph, node))}, {"op", escapeControl(node.opType)},
             {"domain", escapeControl(node.domain)}, {"reason", refusal.reason.text()}};
    if (!refusal.inside.empty()) row["inside"] = refusal.inside;
    out.push_back(std::move(row));
  }
  return out;
}

json operatorsJson(const std::map<std::string, std::int64_t>& operators) {
  json out = json::object();
  for (const auto& [name, count] : operators) out[escapeControl(name)] = count;
  return out;
}

json namesJson(const std::vector<std::string>& names) {
  json out = json::array();
  for (const std::string& name : names) out.push_back(escapeControl(name));
  return out;
}

void addContents(json& document, const analysis::Contents& contents) {
  document["operators"] = operatorsJson(contents.operators);
  json graphs = json::array();
  for (const analysis::GraphContents& graph : contents.graphs)
    graphs.push_back({{"place", graph.place}, {"nodes", graph.nodes}, {"operators", operatorsJson(graph.operators)}});
  document["graphs"] = std::move(graphs);
  json dynamic = json::array();
  for (const analysis::DynamicExtent& extent : contents.dynamic)
    dynamic.push_back({{"symbol", escapeControl(extent.symbol)}, {"inputs", namesJson(extent.inputs)}, {"outputs", namesJson(extent.outputs)},
                       {"values", extent.values}});
  document["dynamic_dims"] = std::move(dynamic);
  document["values_of_unknown_shape"] = contents.unknownValues;
  json types = json::object(), files = json::array();
  for (const auto& [type, of] : contents.initializers.byType) types[type] = {{"count", of.count}, {"bytes", of.bytes}};
  for (const std::string& file : contents.initializers.externalFiles) files.push_back(escapeControl(file));
  document["initializers"] = {{"count", contents.initializers.count}, {"bytes", contents.initializers.bytes}, {"sparse", contents.initializers.sparse},
                              {"by_dtype", std::move(types)}, {"external_files", std::move(files)}};
}

/// Output shapes with symbols by node id, empty where all is known: the facts of layers count symbols as 1.
std::vector<std::string> symbolicShapes(const Graph& graph) {
  std::vector<std::string> out;
  for (const Node& node : graph.nodes()) {
    const auto index = static_cast<std::size_t>(node.id);
    if (index >= out.size()) out.resize(index + 1);
    const ValueId id = node.output(0);
    if (id != kNone && graph.value(id).shape && !graph.value(id).shape->known()) out[index] = graph.value(id).shape->text();
  }
  return out;
}

/// Many small blocks come and go, and the program ends soon: collecting the free ones and giving memory back in between
/// would take a fifth of the time for a model of many nodes.
void keepMemory() {
  ::mallopt(M_MXFAST, 0);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  ::mallopt(M_TOP_PAD, 16 << 20);
}

Result<Output> inspect(const ModelArgument& argument, Context& context) {
  keepMemory();
  EW_ASSIGN(LoadedModel model, loadModel(argument, context));
  const analysis::Contents contents = analysis::contentsOf(model.graph);
  const std::vector<ops::Refusal> refused = ops::findUnsupported(model.graph);
  const auto symbolic = symbolicShapes(model.graph);
  Output out;
  std::string last;
  if (context.common.json) {
    out.document = {{"schema", "edgewright.inspect/1"}, {"model", modelJson(argument.file, model.graph)}, {"refused", refusedJson(model.graph, refused)}};
    addContents(out.document, contents);
  } else {
    out.text = modelText(argument.file, model.graph, contents);
    last = refusedText(model.graph, refused);
  }
  analysis::Summary summary = analysis::summarizeInferred(std::move(model.graph));
  for (analysis::LayerFacts& layer : summary.layers)
    if (const std::string& shape = symbolic[static_cast<std::size_t>(layer.node)]; !shape.empty()) layer.outputShape = shape;
  if (!context.common.json) {
    out.text += layersText(summary) + last;
    return out;
  }
  model.warnings.insert(model.warnings.end(), summary.warnings.begin(), summary.warnings.end());
  out.document["warnings"] = model.warnings;
  out.document["totals"] = recipe::toJson(summary.totals);
  out.written["layers"] = layersJson(summary.layers);
  return out;
}

}  // namespace

void addInspect(CLI::App& app, Invocation& invocation) {
  auto argument = std::make_shared<ModelArgument>();
  argument->addTo(app);
  app.callback([argument, &invocation] {
    invocation.subject = argument->file;
    invocation.run = [argument](Context& context) { return inspect(*argument, context); };
  });
}

}  // namespace ew::cli
