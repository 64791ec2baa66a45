// SPDX-License-Identifier: Apache-2.0
#include "core/recipe/runner.h"

#include <algorithm>

#include "core/base/json_text.h"
#include "core/base/text.h"

namespace ew::recipe {
namespace {

constexpr std::size_t keptStates = 24;

/// What, beside the steps, decides the graph after them.
std::string contextKey(const Recipe& recipe) {
  std::string key = std::to_string(recipe.seed) + "\n" + recipe.device + "\n";
  for (const auto& [name, dims] : recipe.shapes) key += name + "=" + dimsText(dims) + "\n";
  if (recipe.calibration) key += jsonText(data::toJson(*recipe.calibration));
  return key;
}

}  // namespace

std::shared_ptr<const State> Runner::cached(const std::string& key) {
  const auto it = std::find_if(cache_.begin(), cache_.end(), [&](const auto& entry) { return entry.first == key; });
  if (it == cache_.end()) return nullptr;
  cache_.splice(cache_.begin(), cache_, it);
  return cache_.front().second;
}

void Runner::remember(const std::string& key, std::shared_ptr<const State> state) {
  cache_.emplace_front(key, std::move(state));
  if (cache_.size() > keptStates) cache_.pop_back();
}

Result<std::vector<std::shared_ptr<const State>>> Runner::run(const Recipe& recipe, Progress& progress) {
  EW_ASSIGN(const device::Profile profile, device::findProfile(recipe.device));
  StepContext context{backends_, calibrationBackend, recipe.calibration ? &*recipe.calibration : nullptr, &profile, recipe.seed};
  std::string key = contextKey(recipe);
  std::vector<std::shared_ptr<const State>> states;
  if (recipe.shapes.empty()) {
    states.push_back(std::make_shared<State>(State{*original_, {}}));
  } else {
    EW_ASSIGN_AT(ops::Inference frozen, ops::freezeShapes(*original_, recipe.shapes), "shapes");
    states.push_back(std::make_shared<State>(State{std::move(frozen.graph), {}}));
  }
  for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
    const Step& step = recipe.steps[i];
    if (!step.enabled) {
      states.push_back(std::make_shared<State>(State{states.back()->graph, {}}));
      continue;
    }
    key += "\n" + step.name + " " + jsonText(step.options);
    std::shared_ptr<const State> state = cached(key);
    if (!state) {
      EW_ASSIGN_AT(State fresh, apply(states.back()->graph, step, context, progress),
                   "step " + std::to_string(i + 1) + " (" + step.name + ")");
      state = std::make_shared<State>(std::move(fresh));
      remember(key, state);
    }
    states.push_back(std::move(state));
  }
  return states;
}

Result<State> Runner::apply(const Graph& graph, const Step& step, const StepContext& context, Progress& progress) {
  const StepKind* kind = findStepKind(step.name);
  if (kind == nullptr) return invalid("unknown step " + inQuotes(step.name));
  EW_ASSIGN(transform::PassResult result, kind->run(graph, step.options, context, progress));
  if (progress.cancelled()) return cancelledError();
  State state;
  state.verdicts = result.verdicts;
  EW_ASSIGN(state.graph, transform::applyEdit(result));
  return state;
}

}  // namespace ew::recipe
