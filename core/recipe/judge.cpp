// SPDX-License-Identifier: Apache-2.0
#include "core/base/text.h"
#include "core/recipe/runner.h"

namespace ew::recipe {
namespace {

constexpr int measuredRuns = 30;
/// Kernels keep weights in layouts of their own. A model that is only worked on because its weights stay in the mapped
/// file must not come into memory whole for one line of the report.
constexpr std::int64_t largestMeasured = std::int64_t{256} << 20;

Result<analysis::Evaluation> evaluateOn(const Graph& graph, const data::DataSpec& spec, const BackendSet& backends,
                                        const std::string& backend, const CompileOptions& options, Progress& progress) {
  if (graph.inputs().size() != 1)
    return invalid("evaluation needs a model with one input; this one has " + std::to_string(graph.inputs().size()));
  const Value& input = graph.value(graph.inputs()[0]);
  EW_ASSIGN_AT(const auto dataset, data::openDataset(spec, input.dtype, input.shape), "evaluation data");
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, backends, backend, options));
  return analysis::evaluate(runtime, *dataset, progress);
}

Result<BenchResult> measure(const Graph& graph, const BackendSet& backends, const std::string& backend, CompileOptions options, Progress& progress) {
  options.reproducible = false;  // a measurement may use whatever is fastest here
  EW_ASSIGN(Runtime runtime, Runtime::create(graph, backends, backend, options));
  EW_ASSIGN(const std::vector<Tensor> inputs, syntheticInputs(graph, 1, 1));
  BenchOptions bench;
  bench.runs = measuredRuns;
  return ew::bench(runtime, inputs, bench, progress);
}

}  // namespace

Result<Judgement> judge(const Graph& graph, const Recipe& recipe, const BackendSet& backends, const JudgeOptions& options,
                        Progress& progress) {
  Judgement out;
  out.summary = analysis::summarize(graph);
  EW_ASSIGN(const device::Profile profile, device::findProfile(recipe.device));
  EW_ASSIGN(out.predicted, simulate::simulate(graph, profile));
  CompileOptions compile;
  compile.threads = options.threads;
  compile.reproducible = true;
  if (profile.requantization == "fixed") compile.requantization = Requantization::Fixed;
  if (options.evaluate && recipe.evaluation) {
    EW_ASSIGN(out.evaluation, evaluateOn(graph, *recipe.evaluation, backends, recipe.backend, compile, progress));
  }
  const std::int64_t weightBytes = out.summary.totals.weightBytes;
  if (options.measure && weightBytes > largestMeasured)
    out.summary.warnings.push_back("not measured here: kernels would need copies of weights of " +
                                   byteText(static_cast<double>(weightBytes)) + ", the limit is " +
                                   byteText(static_cast<double>(largestMeasured)) + " ('edgewright bench' measures)");
  else if (options.measure) {
    Result<BenchResult> measured = measure(graph, backends, recipe.backend, compile, progress);
    if (measured.ok()) {
      out.measured = std::move(measured).value();
    } else if (measured.error().code == ErrorCode::Interrupted || measured.error().code == ErrorCode::TimedOut) {
      return std::move(measured).error();
    } else {
      // A model with an operator that cannot run here, or that made-up inputs do not suit, can still be changed and saved.
      out.summary.warnings.push_back("not measured here: " + measured.error().text());
    }
  }
  return out;
}

}  // namespace ew::recipe
