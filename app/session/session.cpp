// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session.h"

#include <QUndoCommand>
#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/bundle/bundle.h"
#include "core/onnx/onnx_file.h"
#include "core/recipe/project.h"

namespace ew::session {
namespace {

namespace fs = std::filesystem;
const QString openLane = QStringLiteral("open");
const QString documentLane = QStringLiteral("document");
const QString judgeLane = QStringLiteral("judge");
const QString previewLane = QStringLiteral("preview");
const QString settleLane = QStringLiteral("settle");
const QString exportLane = QStringLiteral("export");

bool sameEvaluation(const recipe::Recipe& a, const recipe::Recipe& b) {
  if (a.evaluation.has_value() != b.evaluation.has_value()) return false;
  return !a.evaluation || data::toJson(*a.evaluation) == data::toJson(*b.evaluation);
}

QString shown(const fs::path& path) { return QString::fromStdString(path.filename().string()); }

}  // namespace

/// A job that was cancelled may still be inside the runner when the next one starts.
class SharedRunner {
 public:
  SharedRunner(std::shared_ptr<const Graph> original, const BackendSet& backends) : runner(std::move(original), backends) {}
  std::mutex mutex;
  recipe::Runner runner;
  PreviewEvaluator evaluator;  ///< has a lock of its own
};

/// The recipe before and after; undo is going back to the one before.
class EditRecipe final : public QUndoCommand {
 public:
  EditRecipe(Session& session, const QString& text, recipe::Recipe before, recipe::Recipe after)
      : QUndoCommand(text), session_(session), before_(std::move(before)), after_(std::move(after)) {}
  void undo() override { session_.setRecipe(before_); }
  void redo() override { session_.setRecipe(after_); }

 private:
  Session& session_;
  recipe::Recipe before_, after_;
};

/// Everything that a document needs, made off the GUI thread: nothing changes before all of it is there.
struct Session::Loaded {
  std::shared_ptr<const Opened> opened;
  std::shared_ptr<SharedRunner> runner;
  widgets::ProjectView view;
};

Session::Session(const BackendSet& backends, QObject* parent) : QObject(parent), backends_(backends) {
  connect(&jobs_, &JobQueue::finished, this, [this] {
    if (previewWaits_ && !jobs_.busy(previewLane)) startPreview();
  });
  connect(&jobs_, &JobQueue::cancelled, this, [this](int id) {
    if (id == refreshJob_) takeBack();
  });
}
Session::~Session() = default;

void Session::open(const fs::path& path, const fs::path& recipe) {
  load(path, [path, recipe] { return openFile(path, recipe); }, false);
}

void Session::recover(const fs::path& saved, const fs::path& file) {
  const auto read = [saved, file]() -> Result<Opened> {
    EW_ASSIGN(Opened opened, openFile(saved));
    opened.recipe.file = file;
    return opened;
  };
  load(file.empty() ? saved : file, read, true);
}

void Session::load(const fs::path& path, std::function<Result<Opened>()> read, bool modified) {
  const auto work = [this, &backends = backends_, path, read = std::move(read), modified](Progress& progress) -> Result<JobQueue::Deliver> {
    EW_ASSIGN(Opened opened, read());
    auto loaded = std::make_shared<Loaded>();
    loaded->opened = std::make_shared<Opened>(std::move(opened));
    loaded->runner = std::make_shared<SharedRunner>(loaded->opened->original, backends);
    EW_ASSIGN(loaded->view, predictProject(*loaded->opened, loaded->opened->recipe, loaded->runner->runner, progress));
    return JobQueue::Deliver([this, loaded, path, modified] {
      adopt(*loaded, modified);
      emit this->opened(QString::fromStdString(path.string()));
    });
  };
  jobs_.start(openLane, tr("Open %1").arg(shown(path)), work);
}

void Session::adopt(Loaded& loaded, bool modified) {
  refreshJob_ = 0;
  jobs_.cancelLane(documentLane);
  jobs_.cancelLane(judgeLane);
  clearPreview();
  opened_ = loaded.opened;
  runner_ = loaded.runner;
  recipe_ = opened_->recipe;
  undo_.clear();
  project_.reset();
  emit recipeChanged();
  show(std::move(loaded.view));
  if (modified) undo_.resetClean();
}

Status Session::save(const fs::path& path) {
  EW_TRY(writeFileAtomically(path, recipe::toYaml(recipe_, path.parent_path())));
  recipe_.file = path;
  undo_.setClean();
  emit message(tr("Saved %1").arg(shown(path)));
  return {};
}

Status Session::exportModel(const fs::path& path) const {
  if (!project_ || !project_->current) return invalid("nothing is open");
  std::error_code code;
  if (fs::equivalent(path, recipe_.model, code)) return invalid("this would overwrite the original model").at(path.string());
  EW_TRY(onnx::exportModel(*project_->current->graph, path));
  return {};
}

void Session::exportBundle(const fs::path& path) {
  if (!opened_) return;
  const auto write = [this, &backends = backends_, path, opened = opened_, recipe = recipe_](Progress& progress) -> Result<JobQueue::Deliver> {
    recipe::JudgeOptions options;
    options.measure = false;
    EW_ASSIGN(const recipe::ProjectResult result, recipe::runProject(*opened->original, recipe, backends, options, progress));
    const bundle::BundleContent content{result.originalGraph(), result.optimizedGraph(), result.floatGraph(recipe), recipe,
                                        recipe::toYaml(recipe, recipe.model.parent_path()), result.original, result.optimized,
                                        result.verdicts, result.gates};
    EW_TRY(bundle::writeBundle(path, content, backends, progress));
    return JobQueue::Deliver([this, path] { emit exported(QString::fromStdString(path.string())); });
  };
  jobs_.start(exportLane, tr("Export %1").arg(shown(path)), write);
}

void Session::edit(const QString& text, recipe::Recipe changed) {
  if (isOpen()) undo_.push(new EditRecipe(*this, text, recipe_, std::move(changed)));
}

void Session::setRecipe(const recipe::Recipe& recipe) {
  const fs::path file = recipe_.file;
  recipe_ = recipe;
  recipe_.file = file;  // where it is saved is no part of what is undone
  clearPreview();
  emit recipeChanged();
  refresh();
}

void Session::applySteps(const std::vector<recipe::Step>& steps) {
  recipe::Recipe changed = recipe_;
  QStringList names;
  for (const recipe::Step& step : steps) {
    names << QString::fromStdString(step.name);
    changed.steps.push_back(step);
  }
  edit(tr("Apply %1").arg(names.join(QStringLiteral(", "))), std::move(changed));
}

void Session::removeStep(int index) {
  recipe::Recipe changed = recipe_;
  if (index < 0 || index >= static_cast<int>(changed.steps.size())) return;
  changed.steps.erase(changed.steps.begin() + index);
  edit(tr("Remove step %1").arg(index + 1), std::move(changed));
}

void Session::moveStep(int from, int to) {
  recipe::Recipe changed = recipe_;
  const int count = static_cast<int>(changed.steps.size());
  if (from < 0 || to < 0 || from >= count || to >= count || from == to) return;
  const recipe::Step step = changed.steps[static_cast<std::size_t>(from)];
  changed.steps.erase(changed.steps.begin() + from);
  changed.steps.insert(changed.steps.begin() + to, step);
  edit(tr("Move step %1").arg(from + 1), std::move(changed));
}

void Session::setStepEnabled(int index, bool enabled) {
  recipe::Recipe changed = recipe_;
  if (index < 0 || index >= static_cast<int>(changed.steps.size())) return;
  recipe::Step& step = changed.steps[static_cast<std::size_t>(index)];
  if (step.enabled == enabled) return;
  step.enabled = enabled;
  edit(enabled ? tr("Turn step %1 on").arg(index + 1) : tr("Turn step %1 off").arg(index + 1), std::move(changed));
}

void Session::setStepNote(int index, const QString& note) {
  recipe::Recipe changed = recipe_;
  if (index < 0 || index >= static_cast<int>(changed.steps.size())) return;
  changed.steps[static_cast<std::size_t>(index)].note = note.toStdString();
  edit(tr("Note on step %1").arg(index + 1), std::move(changed));
}

void Session::setDevice(const QString& id) {
  if (recipe_.device == id.toStdString()) return;
  recipe::Recipe changed = recipe_;
  changed.device = id.toStdString();
  edit(tr("Device %1").arg(id), std::move(changed));
}

void Session::setBackend(const QString& id) {
  if (recipe_.backend == id.toStdString()) return;
  recipe::Recipe changed = recipe_;
  changed.backend = id.toStdString();
  edit(tr("Backend %1").arg(id), std::move(changed));
}

void Session::setShapes(ops::FixedShapes shapes) {
  if (recipe_.shapes == shapes) return;
  recipe::Recipe changed = recipe_;
  changed.shapes = std::move(shapes);
  edit(tr("Fix shapes"), std::move(changed));
}

void Session::setData(std::optional<data::DataSpec> calibration, std::optional<data::DataSpec> evaluation) {
  recipe::Recipe changed = recipe_;
  if (calibration) changed.calibration = std::move(calibration);
  if (evaluation) changed.evaluation = std::move(evaluation);
  edit(tr("Set data"), std::move(changed));
}

void Session::refresh() {
  if (!opened_) return;
  jobs_.cancelLane(judgeLane);
  const auto work = [this, opened = opened_, recipe = recipe_, shared = runner_](Progress& progress) -> Result<JobQueue::Deliver> {
    const std::lock_guard lock(shared->mutex);
    EW_ASSIGN(widgets::ProjectView view, predictProject(*opened, recipe, shared->runner, progress));
    auto result = std::make_shared<widgets::ProjectView>(std::move(view));
    return JobQueue::Deliver([this, result] { show(std::move(*result)); });
  };
  refreshJob_ = jobs_.start(documentLane, tr("Apply the recipe"), work);
}

/// The user stopped a change on its way: the recipe goes back to what is on the screen, as an edit like any other.
void Session::takeBack() {
  refreshJob_ = 0;
  if (project_) edit(tr("Take back"), recipe::Recipe(*project_->recipe));
}

void Session::show(widgets::ProjectView view) {
  // What was measured of an unchanged original stays true while the new version is being judged.
  const bool sameOriginal = project_ && project_->original && project_->backend == view.backend &&
                            project_->device == view.device && project_->recipe->shapes == view.recipe->shapes && sameEvaluation(*project_->recipe, *view.recipe);
  if (sameOriginal) {
    auto original = std::make_shared<widgets::VersionView>(*view.original);
    original->evaluation = project_->original->evaluation;
    original->measured = project_->original->measured;
    view.original = original;
  }
  project_ = widgets::makeProjectView(std::move(view));
  emit projectChanged(project_);
  judge();
}

void Session::judge() {
  const auto work = [this, &backends = backends_, base = project_](Progress& progress) -> Result<JobQueue::Deliver> {
    widgets::ProjectView judged = *base;
    std::string why;
    const bool known = judged.original->measured.has_value();
    if (!known) {
      EW_ASSIGN(judged.original, judgeVersion(*judged.original, *base->recipe, backends, progress, why));
    }
    const bool changed = std::any_of(base->recipe->steps.begin(), base->recipe->steps.end(), [](const recipe::Step& step) { return step.enabled; });
    if (changed) {
      EW_ASSIGN(judged.current, judgeVersion(*judged.current, *base->recipe, backends, progress, why));
    } else {
      judged.current = judged.original;
    }
    if (!why.empty()) judged.noEvaluation = why;
    auto result = std::make_shared<widgets::ProjectView>(std::move(judged));
    return JobQueue::Deliver([this, result, base] {
      if (project_ != base) return;  // a newer document is on the screen
      project_ = widgets::makeProjectView(std::move(*result));
      emit projectChanged(project_);
    });
  };
  jobs_.start(judgeLane, tr("Measure accuracy and latency"), work);
}

void Session::preview(const std::vector<recipe::Step>& steps) {
  if (!project_ || steps.empty()) return clearPreview();
  previewed_ = steps;
  jobs_.cancelLane(settleLane);
  if (jobs_.busy(previewLane)) previewWaits_ = true;
  else startPreview();
}

void Session::startPreview() {
  previewWaits_ = false;
  const auto work = [this, project = project_, steps = previewed_, recipe = recipe_](Progress& progress) -> Result<JobQueue::Deliver> {
    EW_ASSIGN(auto candidate, predictCandidate(*project->current->graph, steps, recipe, progress));
    return JobQueue::Deliver([this, candidate] { emit candidateChanged(candidate); });
  };
  jobs_.start(previewLane, tr("Preview"), work);
}

void Session::settlePreview() {
  if (!project_ || previewed_.empty()) return;
  recipe::Recipe recipe = recipe_;
  recipe.steps.insert(recipe.steps.end(), previewed_.begin(), previewed_.end());
  const auto work = [this, &backends = backends_, recipe, opened = opened_, shared = runner_](Progress& progress) -> Result<JobQueue::Deliver> {
    std::shared_ptr<const widgets::VersionView> version;
    {
      const std::lock_guard lock(shared->mutex);
      EW_ASSIGN(const widgets::ProjectView view, predictProject(*opened, recipe, shared->runner, progress));
      for (const widgets::StepView& step : view.steps)
        if (!step.error.empty()) return invalid(step.error);
      version = view.current;
    }
    std::string why;
    EW_ASSIGN(version, judgeVersion(*version, recipe, backends, progress, why, &shared->evaluator));
    return JobQueue::Deliver([this, version] {
      previewWaits_ = false;
      jobs_.cancelLane(previewLane);  // a prediction of the same steps knows less
      emit candidateChanged(version);
    });
  };
  jobs_.start(settleLane, tr("Measure the preview"), work);
}

void Session::clearPreview() {
  previewed_.clear();
  previewWaits_ = false;
  jobs_.cancelLane(previewLane);
  jobs_.cancelLane(settleLane);
  emit candidateChanged(nullptr);
}

}  // namespace ew::session
