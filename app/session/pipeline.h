// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/session/preview_evaluator.h"
#include "core/base/progress.h"
#include "core/recipe/runner.h"
#include "widgets/common/project_view.h"

namespace ew::session {

// What the session's jobs do, off the GUI thread. No Qt here; the window and --screenshot call the same functions.

/// An opened file: the model as imported and the recipe that belongs to it (without steps for a bare model).
struct Opened {
  std::shared_ptr<const Graph> original;
  recipe::Recipe recipe;
  std::vector<std::string> warnings;
};

/// Opens a model, a recipe (.yaml, .yml, .json) or a bundle (its optimized model). With `recipe`, the steps, data and
/// device of that recipe go with the model.
Result<Opened> openFile(const std::filesystem::path& path, const std::filesystem::path& recipe = {});

/// The document after its steps, with everything that can be told without running it: facts and predictions. A step
/// that fails keeps the state before it and says why in its StepView.
Result<widgets::ProjectView> predictProject(const Opened& opened, const recipe::Recipe& recipe, recipe::Runner& runner,
                                            Progress& progress);

/// Adds what takes running: accuracy on the evaluation data and latency here, for one version. What cannot be had
/// stays unknown; `why` then says the reason. With an `evaluator` accuracy is measured by that.
Result<std::shared_ptr<const widgets::VersionView>> judgeVersion(const widgets::VersionView& version, const recipe::Recipe& recipe,
                                                                 const BackendSet& backends, Progress& progress, std::string& why,
                                                                 PreviewEvaluator* evaluator = nullptr);

/// The current graph with steps that are not applied yet: facts and predictions only, fast enough for a slider.
Result<std::shared_ptr<const widgets::VersionView>> predictCandidate(const Graph& current, const std::vector<recipe::Step>& steps,
                                                                     const recipe::Recipe& recipe, Progress& progress);

}  // namespace ew::session
