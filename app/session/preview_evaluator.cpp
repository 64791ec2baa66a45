// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/preview_evaluator.h"

#include "core/device/profile.h"

namespace ew::session {

Result<analysis::Evaluation> PreviewEvaluator::evaluate(const Graph& graph, const recipe::Recipe& recipe, const BackendSet& backends, Progress& progress) {
  if (!recipe.evaluation) return invalid("there is no evaluation data");
  if (graph.inputs().size() != 1)
    return invalid("evaluation needs a model with one input; this one has " + std::to_string(graph.inputs().size()));
  EW_ASSIGN(const device::Profile profile, device::findProfile(recipe.device));
  CompileOptions options;
  options.reproducible = true;
  if (profile.requantization == "fixed") options.requantization = Requantization::Fixed;
  const Value& input = graph.value(graph.inputs()[0]);
  EW_ASSIGN_AT(const auto dataset, data::openDataset(*recipe.evaluation, input.dtype, input.shape), "evaluation data");
  const std::lock_guard lock(mutex_);
  const std::string setting = recipe.backend + " " + profile.requantization;
  if (!runner_ || setting != setting_) {
    EW_ASSIGN(PrefixRunner made, PrefixRunner::create(backends, recipe.backend, options));
    runner_.emplace(std::move(made));
    setting_ = setting;
  }
  return analysis::evaluate(*runner_, graph, *dataset, progress);
}

}  // namespace ew::session
