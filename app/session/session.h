// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QUndoStack>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "app/session/job_queue.h"
#include "app/session/pipeline.h"
#include "core/run/runtime.h"
#include "widgets/common/project_view.h"

namespace ew::session {

class SharedRunner;

/// The open document: an original model that never changes, a recipe that is edited with undo, and the results that
/// follow from them. Lives on the GUI thread; all work runs in jobs, and results arrive as immutable views.
class Session : public QObject {
  Q_OBJECT
 public:
  explicit Session(const BackendSet& backends, QObject* parent = nullptr);
  ~Session() override;

  bool isOpen() const { return opened_ != nullptr; }
  bool isModified() const { return !undo_.isClean(); }
  const recipe::Recipe& recipe() const { return recipe_; }
  const std::shared_ptr<const widgets::ProjectView>& project() const { return project_; }
  const BackendSet& backends() const { return backends_; }
  QUndoStack* undoStack() { return &undo_; }
  JobQueue* jobs() { return &jobs_; }
  /// The file that save() writes; empty for a bare model.
  std::filesystem::path recipeFile() const { return recipe_.file; }

  /// Opens a model, recipe or bundle in the background. On failure the open document stays as it was.
  void open(const std::filesystem::path& path, const std::filesystem::path& recipe = {});
  /// Opens a recipe that was kept aside as unsaved work: it belongs to `file` (may be empty) and counts as modified.
  void recover(const std::filesystem::path& saved, const std::filesystem::path& file);
  /// Writes the recipe. The user's model is never written.
  Status save(const std::filesystem::path& path);
  /// Writes the current model as ONNX.
  Status exportModel(const std::filesystem::path& path) const;
  /// Judges and writes a bundle in the background.
  void exportBundle(const std::filesystem::path& path);

  // Edits of the recipe: each can be undone.
  void applySteps(const std::vector<recipe::Step>& steps);
  void removeStep(int index);
  void moveStep(int from, int to);
  void setStepEnabled(int index, bool enabled);
  void setStepNote(int index, const QString& note);
  void setDevice(const QString& id);
  void setBackend(const QString& id);
  void setShapes(ops::FixedShapes shapes);
  /// The model as it was opened: what setShapes() applies to. Null when nothing is open.
  std::shared_ptr<const Graph> originalModel() const { return opened_ ? opened_->original : nullptr; }
  void setData(std::optional<data::DataSpec> calibration, std::optional<data::DataSpec> evaluation);

  /// Predictions for steps that are not applied. While one is computed only the newest request waits, so a slider gets
  /// answers as fast as they can be had and never queues up.
  void preview(const std::vector<recipe::Step>& steps);
  /// The real thing in the background, for the accuracy of the last previewed steps.
  void settlePreview();
  void clearPreview();

 signals:
  /// Null when nothing is open.
  void projectChanged(std::shared_ptr<const widgets::ProjectView> project);
  void candidateChanged(std::shared_ptr<const widgets::VersionView> candidate);
  void recipeChanged();
  void opened(const QString& path);
  void exported(const QString& path);
  void message(const QString& text);

 private:
  friend class EditRecipe;
  struct Loaded;
  void load(const std::filesystem::path& path, std::function<Result<Opened>()> read, bool modified);
  void adopt(Loaded& loaded, bool modified);
  void edit(const QString& text, recipe::Recipe changed);
  void setRecipe(const recipe::Recipe& recipe);
  void refresh();
  void takeBack();
  void judge();
  void show(widgets::ProjectView view);
  void startPreview();

  const BackendSet& backends_;
  JobQueue jobs_;
  QUndoStack undo_;
  std::shared_ptr<const Opened> opened_;
  std::shared_ptr<SharedRunner> runner_;
  recipe::Recipe recipe_;
  std::shared_ptr<const widgets::ProjectView> project_;
  std::vector<recipe::Step> previewed_;
  bool previewWaits_ = false;  ///< `previewed_` is newer than what the running prediction is about
  int refreshJob_ = 0;
};

}  // namespace ew::session
