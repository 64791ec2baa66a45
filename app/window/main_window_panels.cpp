// SPDX-License-Identifier: GPL-3.0-or-later
// What the panels ask for, passed on to the session, and what it says, passed on to them.
#include "app/window/main_window.h"
#include "widgets/jobs/jobs_panel.h"
#include "widgets/live/live_panel.h"
#include "widgets/optimize/optimize_panel.h"
#include "widgets/recipe_list/recipe_panel.h"

namespace ew::window {

using session::JobQueue;
using session::Session;

void MainWindow::wirePanels() {
  if (auto* optimize = panels_->as<widgets::OptimizePanel>("optimize")) {
    connect(optimize, &widgets::OptimizePanel::previewRequested, &session_, &Session::preview);
    connect(optimize, &widgets::OptimizePanel::settleRequested, &session_, &Session::settlePreview);
    connect(optimize, &widgets::OptimizePanel::previewCleared, &session_, &Session::clearPreview);
    connect(optimize, &widgets::OptimizePanel::applyRequested, &session_, &Session::applySteps);
  }
  if (auto* recipe = panels_->as<widgets::RecipePanel>("recipe")) {
    connect(recipe, &widgets::RecipePanel::enableRequested, &session_, &Session::setStepEnabled);
    connect(recipe, &widgets::RecipePanel::moveRequested, &session_, &Session::moveStep);
    connect(recipe, &widgets::RecipePanel::removeRequested, &session_, &Session::removeStep);
    connect(recipe, &widgets::RecipePanel::noteRequested, &session_, &Session::setStepNote);
  }
  if (auto* live = panels_->as<widgets::LivePanel>("live")) {
    connect(&live_, &session::LiveRunner::updated, live, &widgets::LivePanel::show);
    connect(&live_, &session::LiveRunner::stateChanged, live, &widgets::LivePanel::setRunning);
  }
  if (auto* jobs = panels_->as<widgets::JobsPanel>("jobs")) {
    connect(session_.jobs(), &JobQueue::started, jobs, &widgets::JobsPanel::jobStarted);
    connect(session_.jobs(), &JobQueue::progressed, jobs, &widgets::JobsPanel::jobProgressed);
    connect(session_.jobs(), &JobQueue::finished, jobs, &widgets::JobsPanel::jobFinished);
    connect(&session_, &Session::message, jobs, &widgets::JobsPanel::log);
    connect(jobs, &widgets::JobsPanel::cancelRequested, session_.jobs(), &JobQueue::cancel);
  }
}

}  // namespace ew::window
