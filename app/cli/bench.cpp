// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/bench.h"

#include "app/cli/commands.h"
#include "app/cli/model_argument.h"
#include "app/cli/table_text.h"
#include "core/base/text.h"
#include "core/recipe/judgement_json.h"

namespace ew::cli {
namespace {

struct Arguments {
  ModelArgument model;
  BenchOptions options;
};

nlohmann::json fallbacksJson(const Plan& plan) {
  nlohmann::json out = nlohmann::json::array();
  for (const Fallback& fallback : plan.fallbacks) {
    const Node& node = *plan.graph.node(fallback.node);
    out.push_back({{"node", escapeControl(displayName(plan.graph, node))}, {"op", node.opType}, {"backend", fallback.backend},
                   {"reason", fallback.reason.text()}, {"boundary_bytes", fallback.boundaryBytes}});
  }
  return out;
}

Result<Output> bench(const Arguments& arguments, Context& context) {
  EW_ASSIGN(const LoadedModel model, loadModel(arguments.model, context));
  EW_ASSIGN(Runtime runtime, Runtime::create(model.graph, context.backends, context.common.backend, context.compileOptions()));
  EW_ASSIGN(const std::vector<Tensor> inputs, syntheticInputs(model.graph, 1, context.common.seed + 1));
  const Result<BenchResult> measured = ew::bench(runtime, inputs, arguments.options, context.progress);
  if (!measured.ok()) return withShapeHint(measured.error(), model.graph);
  const BenchResult& result = *measured;
  Output out;
  out.document = recipe::toJson(result);
  out.document["schema"] = "edgewright.bench/1";
  out.document["fallbacks"] = fallbacksJson(*runtime.plan());
  out.text = result.backend + ", " + std::to_string(result.threads) + " threads, " + std::to_string(result.runs) + " runs: p50 " +
             significant(result.p50Ms) + " ms, p95 " + significant(result.p95Ms) + " ms, min " + significant(result.minMs) +
             " ms; compiled in " + significant(result.compileMs) + " ms\n\n";
  TableText table({"layer", "operator", "backend", "ms", "kernel"});
  for (const LayerTime& layer : result.layers)
    table.add({escapeControl(layer.name), layer.op, layer.backend, significant(layer.milliseconds), layer.kernel});
  out.text += table.text();
  for (const auto& row : out.document["fallbacks"])
    out.text += row["node"].get<std::string>() + " ran on " + row["backend"].get<std::string>() + ": " + row["reason"].get<std::string>() + "\n";
  return out;
}

}  // namespace

void addBench(CLI::App& app, Invocation& invocation) {
  auto arguments = std::make_shared<Arguments>();
  arguments->model.addTo(app);
  auto* runs = app.add_option("--runs", arguments->options.runs, "Timed runs")->check(CLI::Range(1, 1'000'000));
  app.add_option("--seconds", arguments->options.seconds, "Time to run instead")->check(CLI::Range(0.01, 86400.0))->excludes(runs);
  app.add_option("--warmup", arguments->options.warmup, "Runs before the clock starts")->check(CLI::Range(0, 10'000));
  app.callback([arguments, &invocation] {
    invocation.subject = arguments->model.file;
    invocation.run = [arguments](Context& context) { return bench(*arguments, context); };
  });
}

}  // namespace ew::cli
