// SPDX-License-Identifier: GPL-3.0-or-later
// What panels ask for, and who answers.
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "widgets/graph/graph_panel.h"
#include "widgets/inspector/inspector_panel.h"
#include "widgets/jobs/jobs_panel.h"
#include "widgets/layers/layers_panel.h"
#include "widgets/live/live_panel.h"
#include "widgets/optimize/optimize_panel.h"
#include "widgets/recipe_list/recipe_panel.h"

namespace ew::window {

using session::JobQueue;
using session::Session;

namespace {

/// Panels with which the user asks for steps all do it by the same four signals.
template <class P>
void wireSteps(const PanelSet& panels, const char* id, Session& session) {
  auto* panel = panels.as<P>(id);
  if (panel == nullptr) return;
  QObject::connect(panel, &P::previewRequested, &session, &Session::preview);
  QObject::connect(panel, &P::settleRequested, &session, &Session::settlePreview);
  QObject::connect(panel, &P::previewCleared, &session, &Session::clearPreview);
  QObject::connect(panel, &P::applyRequested, &session, &Session::applySteps);
}

}  // namespace

void MainWindow::wirePanels() {
  wireSteps<widgets::OptimizePanel>(*panels_, "optimize", session_);
  wireSteps<widgets::InspectorPanel>(*panels_, "inspector", session_);
  if (auto* recipe = panels_->as<widgets::RecipePanel>("recipe")) {
    connect(recipe, &widgets::RecipePanel::enableRequested, &session_, &Session::setStepEnabled);
    connect(recipe, &widgets::RecipePanel::moveRequested, &session_, &Session::moveStep);
    connect(recipe, &widgets::RecipePanel::removeRequested, &session_, &Session::removeStep);
    connect(recipe, &widgets::RecipePanel::noteRequested, &session_, &Session::setStepNote);
  }
  if (auto* jobs = panels_->as<widgets::JobsPanel>("jobs")) {
    connect(session_.jobs(), &JobQueue::started, jobs, &widgets::JobsPanel::jobStarted);
    connect(session_.jobs(), &JobQueue::progressed, jobs, &widgets::JobsPanel::jobProgressed);
    connect(session_.jobs(), &JobQueue::finished, jobs, &widgets::JobsPanel::jobFinished);
    connect(session_.jobs(), &JobQueue::failed, jobs, &widgets::JobsPanel::logFailure);
    connect(&live_, &session::LiveRunner::failed, jobs, [jobs](const QString& error) { jobs->logFailure(tr("Live run"), error); });
    connect(&session_, &Session::message, jobs, &widgets::JobsPanel::log);
    connect(jobs, &widgets::JobsPanel::cancelRequested, session_.jobs(), &JobQueue::cancel);
  }
}

void MainWindow::wireViews() {
  if (auto* graph = panels_->as<widgets::GraphPanel>("graph")) {
    connect(graph, &widgets::GraphPanel::exportRequested, this, &MainWindow::exportGraphImage);
    connect(graph, &widgets::GraphPanel::message, messages_, &MessageBar::showNote);
  }
  if (auto* layers = panels_->as<widgets::LayersPanel>("layers"))
    connect(layers, &widgets::LayersPanel::exportRequested, this, &MainWindow::exportLayerTable);
  if (auto* live = panels_->as<widgets::LivePanel>("live")) {
    connect(&live_, &session::LiveRunner::updated, live, &widgets::LivePanel::show);
    connect(&live_, &session::LiveRunner::stateChanged, live, &widgets::LivePanel::setRunning);
  }
}

}  // namespace ew::window
