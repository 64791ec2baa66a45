// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/table_text.h"
#include "core/analysis/analysis.h"
#include "core/base/text.h"
#include "core/recipe/judgement_json.h"

namespace ew::cli {
namespace {

struct Arguments { ModelArgument a, b; };

std::string change(std::int64_t before, std::int64_t after) {
  return before == after ? std::to_string(after) : std::to_string(before) + " -> " + std::to_string(after);
}

/// Two files know nothing of each other's node ids: their layers are matched by name.
Result<Output> compare(const Arguments& arguments, Context& context) {
  EW_ASSIGN(const LoadedModel first, loadModel(arguments.a, context));
  EW_ASSIGN(const LoadedModel second, loadModel(arguments.b, context));
  const analysis::Summary a = analysis::summarize(first.graph);
  const analysis::Summary b = analysis::summarize(second.graph);
  std::map<std::string, const analysis::LayerFacts*> before;
  for (const analysis::LayerFacts& layer : a.layers) before.emplace(layer.name, &layer);
  Output out;
  out.document = {{"schema", "edgewright.compare/1"}, {"a", {{"model", modelJson(arguments.a.file, first.graph)}, {"totals", recipe::toJson(a.totals)}}},
                  {"b", {{"model", modelJson(arguments.b.file, second.graph)}, {"totals", recipe::toJson(b.totals)}}}, {"layers", nlohmann::json::array()}};
  TableText table({"layer", "change", "parameters", "MACs", "weights", "activations"});
  const auto add = [&](const analysis::LayerFacts* x, const analysis::LayerFacts* y) {
    const analysis::LayerFacts& shown = y != nullptr ? *y : *x;
    std::string kind = x == nullptr ? "added" : (y == nullptr ? "removed" : "same");
    if (x != nullptr && y != nullptr && (x->parameters != y->parameters || x->macs != y->macs || x->zeros != y->zeros ||
                                         x->weightPrecision != y->weightPrecision || x->activationPrecision != y->activationPrecision))
      kind = "changed";
    out.document["layers"].push_back({{"name", escapeControl(shown.name)}, {"kind", kind}, {"a", x != nullptr ? recipe::toJson(*x) : nlohmann::json(nullptr)},
                                      {"b", y != nullptr ? recipe::toJson(*y) : nlohmann::json(nullptr)}});
    const auto text = [](const std::string& p, const std::string& q) { return p == q ? q : p + " -> " + q; };
    const analysis::LayerFacts& p = x != nullptr ? *x : *y;
    const analysis::LayerFacts& q = shown;
    table.add({escapeControl(shown.name), kind, change(p.parameters, q.parameters), change(p.macs, q.macs),
               text(p.weightPrecision, q.weightPrecision), text(p.activationPrecision, q.activationPrecision)});
  };
  for (const analysis::LayerFacts& layer : b.layers) {
    const auto it = before.find(layer.name);
    add(it == before.end() ? nullptr : it->second, &layer);
    if (it != before.end()) before.erase(it);
  }
  for (const auto& [name, layer] : before) add(layer, nullptr);
  out.text = table.text();
  return out;
}

}  // namespace

void addCompare(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  app.add_option("A", arguments->a.file, "First ONNX model")->required();
  app.add_option("B", arguments->b.file, "Second ONNX model")->required();
  app.callback([arguments, &invocation] { invocation.run = [arguments](Context& context) { return compare(*arguments, context); }; });
}

}  // namespace ew::cli
