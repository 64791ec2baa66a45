// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "core/analysis/evaluate.h"
#include "core/recipe/recipe.h"

namespace ew::session {

/// Accuracy of one candidate after the other on the evaluation data: what lies before the first layer that differs is not
/// computed again. For several threads.
class PreviewEvaluator {
 public:
  /// With the arithmetic of the recipe's device and kernels chosen by fixed rules, as recipe::judge() evaluates.
  Result<analysis::Evaluation> evaluate(const Graph& graph, const recipe::Recipe& recipe, const BackendSet& backends, Progress& progress);

 private:
  std::mutex mutex_;
  std::optional<PrefixRunner> runner_;
  std::string setting_;  ///< backend and arithmetic that runner_ is for
};

}  // namespace ew::session
