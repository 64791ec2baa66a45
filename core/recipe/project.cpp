// SPDX-License-Identifier: Apache-2.0
#include "core/recipe/project.h"

#include <algorithm>

namespace ew::recipe {

const Graph* ProjectResult::floatGraph(const Recipe& recipe) const {
  for (std::size_t i = 0; i < recipe.steps.size(); ++i)
    if (recipe.steps[i].enabled && recipe.steps[i].name == "quantize") return &states[i]->graph;
  return nullptr;
}

bool ProjectResult::gatesMet() const {
  return std::all_of(gates.begin(), gates.end(), [](const GateResult& gate) { return gate.met; });
}

Result<ProjectResult> runProject(const Graph& original, const Recipe& recipe, const BackendSet& backends,
                                 const JudgeOptions& options, Progress& progress) {
  ProjectResult result;
  Runner runner(std::make_shared<Graph>(original), backends);
  EW_ASSIGN(result.states, runner.run(recipe, progress));
  for (const auto& state : result.states)
    result.verdicts.insert(result.verdicts.end(), state->verdicts.begin(), state->verdicts.end());
  EW_ASSIGN_AT(result.original, judge(result.originalGraph(), recipe, backends, options, progress), "original");
  EW_ASSIGN_AT(result.optimized, judge(result.optimizedGraph(), recipe, backends, options, progress), "optimized");
  EW_ASSIGN(result.gates, checkGates(recipe, result.original, result.optimized));
  return result;
}

}  // namespace ew::recipe
