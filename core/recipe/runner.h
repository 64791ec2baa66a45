// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/analysis.h"
#include "core/analysis/evaluate.h"
#include "core/recipe/recipe.h"
#include "core/recipe/steps.h"
#include "core/run/bench.h"
#include "core/simulate/simulate.h"

namespace ew::recipe {

/// The graph after a step, with what the step did.
struct State {
  Graph graph;
  std::vector<transform::NodeVerdict> verdicts;
};

/// Runs the steps of a recipe in order: state k = apply(state k-1, step k), cached by the chain of step texts.
class Runner {
 public:
  Runner(std::shared_ptr<const Graph> original, const BackendSet& backends) : original_(std::move(original)), backends_(backends) {}
  /// States after each step (disabled steps give their predecessor back); states.front() is the original.
  Result<std::vector<std::shared_ptr<const State>>> run(const Recipe& recipe, Progress& progress);

  /// One step applied to a graph, not cached.
  static Result<State> apply(const Graph& graph, const Step& step, const StepContext& context, Progress& progress);

 private:
  /// Calibration runs in float on the fastest host backend, whatever backend judges the result.
  static constexpr const char* calibrationBackend = "cpu";
  std::shared_ptr<const State> cached(const std::string& key);
  void remember(const std::string& key, std::shared_ptr<const State> state);

  std::shared_ptr<const Graph> original_;
  BackendSet backends_;
  std::list<std::pair<std::string, std::shared_ptr<const State>>> cache_;
};

/// Everything that is judged about one version of the model.
struct Judgement {
  analysis::Summary summary;
  std::optional<analysis::Evaluation> evaluation;
  std::optional<BenchResult> measured;
  simulate::Report predicted;
};
struct JudgeOptions { bool evaluate = true, measure = true; int threads = 0; };
Result<Judgement> judge(const Graph& graph, const Recipe& recipe, const BackendSet& backends, const JudgeOptions& options,
                        Progress& progress);

struct GateResult { std::string name; double limit = 0, value = 0; bool met = true; };
/// Unavailable numbers (no data, no profile) are Invalid: a gate is never skipped silently.
Result<std::vector<GateResult>> checkGates(const Recipe& recipe, const Judgement& original, const Judgement& optimized);

}  // namespace ew::recipe
