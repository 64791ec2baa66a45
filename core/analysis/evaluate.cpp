// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/evaluate.h"

#include <chrono>
#include <functional>
#include <memory>

namespace ew::analysis {

namespace {

using RunSample = std::function<Result<std::vector<Tensor>>(const Tensor&)>;

Result<Evaluation> evaluateWith(const Graph& graph, const RunSample& run, const data::Dataset& dataset, Progress& progress) {
  if (!dataset.labelled()) return invalid("evaluation needs labels, and the data has none");
  if (graph.inputs().size() != 1)
    return invalid("evaluation needs a model with one input, this one has " + std::to_string(graph.inputs().size()));
  if (graph.outputs().empty()) return invalid("evaluation needs a model with an output");
  const auto start = std::chrono::steady_clock::now();
  data::Accuracy accuracy;
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    if (progress.cancelled()) return cancelledError();
    progress.step(i, dataset.size(), "evaluate");
    EW_ASSIGN(const data::Sample sample, dataset.sample(i));
    EW_ASSIGN_AT(const std::vector<Tensor> outputs, run(sample.input), sample.name);
    accuracy.add(outputs.front(), sample.label);
  }
  progress.step(dataset.size(), dataset.size(), "evaluate");
  Evaluation out;
  out.samples = accuracy.samples();
  out.metrics = accuracy.result();
  out.secondsTotal = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

}  // namespace

Result<Evaluation> evaluate(Runtime& runtime, const data::Dataset& dataset, Progress& progress) {
  return evaluateWith(runtime.graph(), [&](const Tensor& input) { return runtime.run(std::span(&input, 1)); }, dataset, progress);
}

Result<Evaluation> evaluate(PrefixRunner& runner, const Graph& graph, const data::Dataset& dataset, Progress& progress) {
  std::shared_ptr<const PrefixRunner::Model> model;
  Dims dims;
  Observer observer;
  const auto run = [&](const Tensor& input) -> Result<std::vector<Tensor>> {
    if (model == nullptr || dims != input.dims()) {
      EW_ASSIGN(model, runner.prepare(graph, std::span(&input, 1)));
      dims = input.dims();
    }
    return runner.run(model, std::span(&input, 1), observer);
  };
  return evaluateWith(graph, run, dataset, progress);
}

}  // namespace ew::analysis
