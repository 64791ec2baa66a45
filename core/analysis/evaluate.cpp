// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/evaluate.h"

#include <chrono>

namespace ew::analysis {

Result<Evaluation> evaluate(Runtime& runtime, const data::Dataset& dataset, Progress& progress) {
  if (!dataset.labelled()) return invalid("evaluation needs labels, and the data has none");
  const Graph& graph = runtime.graph();
  if (graph.inputs().size() != 1)
    return invalid("evaluation needs a model with one input, this one has " + std::to_string(graph.inputs().size()));
  if (graph.outputs().empty()) return invalid("evaluation needs a model with an output");
  const auto start = std::chrono::steady_clock::now();
  data::Accuracy accuracy;
  Observer observer;
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    if (progress.cancelled()) return cancelledError();
    progress.step(i, dataset.size(), "evaluate");
    EW_ASSIGN(const data::Sample sample, dataset.sample(i));
    EW_ASSIGN_AT(const std::vector<Tensor> outputs, runtime.run(std::span(&sample.input, 1), observer), sample.name);
    accuracy.add(outputs.front(), sample.label);
  }
  progress.step(dataset.size(), dataset.size(), "evaluate");
  Evaluation out;
  out.samples = accuracy.samples();
  out.metrics = accuracy.result();
  out.secondsTotal = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

}  // namespace ew::analysis
