// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/table_text.h"
#include "core/analysis/analysis.h"
#include "core/base/text.h"
#include "core/ops/infer.h"
#include "core/recipe/judgement_json.h"

namespace ew::cli {
namespace {

nlohmann::json refusedJson(const Graph& graph) {
  nlohmann::json out = nlohmann::json::array();
  for (const ops::Refusal& refusal : ops::findUnsupported(graph)) {
    const Node& node = *graph.node(refusal.node);
    out.push_back({{"node", escapeControl(displayName(graph, node))}, {"op", escapeControl(node.opType)},
                   {"domain", escapeControl(node.domain)}, {"reason", refusal.reason.text()}});
  }
  return out;
}

std::string summaryText(const std::string& file, const Graph& graph, const analysis::Summary& summary) {
  const analysis::Totals& totals = summary.totals;
  std::string out = escapeControl(file) + ": " + std::to_string(totals.nodes) + " nodes, " + std::to_string(totals.parameters) +
                    " parameters in " + byteText(static_cast<double>(totals.weightBytes)) + ", " + significant(static_cast<double>(totals.macs) / 1e6) +
                    " M MACs, sparsity " + significant(100 * totals.sparsity) + " %, activations at most " +
                    byteText(static_cast<double>(totals.activationPeakBytes)) + "\n";
  const auto list = [&](const char* label, const std::vector<ValueId>& ids) {
    for (const ValueId id : ids) {
      const Value& value = graph.value(id);
      out += std::string(label) + escapeControl(value.name) + "  " + std::string(dtypeName(value.dtype)) + "  " +
             escapeControl(value.shape ? value.shape->text() : "unknown rank") + "\n";
    }
  };
  list("input   ", graph.inputs());
  list("output  ", graph.outputs());
  TableText table({"layer", "operator", "output", "parameters", "MACs", "sparsity %", "weights", "activations"});
  for (const analysis::LayerFacts& layer : summary.layers) {
    table.add({escapeControl(layer.name), escapeControl(layer.op), layer.outputShape, std::to_string(layer.parameters),
               layer.macsKnown ? std::to_string(layer.macs) : "?", layer.parameters > 0 ? significant(100 * layer.sparsity) : "",
               layer.weightPrecision, layer.activationPrecision});
  }
  return out + "\n" + table.text();
}

Result<Output> inspect(const ModelArgument& argument, Context& context) {
  EW_ASSIGN(LoadedModel model, loadModel(argument, context));
  const analysis::Summary summary = analysis::summarize(model.graph);
  model.warnings.insert(model.warnings.end(), summary.warnings.begin(), summary.warnings.end());
  Output out;
  out.text = summaryText(argument.file, model.graph, summary);
  out.document["schema"] = "edgewright.inspect/1";
  out.document["model"] = modelJson(argument.file, model.graph);
  out.document["totals"] = recipe::toJson(summary.totals);
  nlohmann::json layers = nlohmann::json::array();
  for (const analysis::LayerFacts& layer : summary.layers) layers.push_back(recipe::toJson(layer));
  out.document["layers"] = std::move(layers);
  nlohmann::json operators = nlohmann::json::object();
  for (const Node& node : model.graph.nodes()) {
    nlohmann::json& count = operators[escapeControl(node.domain.empty() ? node.opType : node.domain + "." + node.opType)];
    count = count.is_null() ? 1 : count.get<int>() + 1;
  }
  out.document["operators"] = std::move(operators);
  out.document["initializers"] = model.graph.initializers().size();
  out.document["refused"] = refusedJson(model.graph);
  out.document["warnings"] = model.warnings;
  for (const auto& row : out.document["refused"])
    out.text += "cannot run: " + row["node"].get<std::string>() + " (" + row["op"].get<std::string>() + "): " + row["reason"].get<std::string>() + "\n";
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
