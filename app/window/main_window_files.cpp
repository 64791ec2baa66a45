// SPDX-License-Identifier: GPL-3.0-or-later
// What the main window does with files: open, drop, save, export, recover.
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>

#include "app/window/data_choice.h"
#include "app/window/dropped_files.h"
#include "app/window/file_choice.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "app/window/preferences.h"
#include "app/window/recovery.h"
#include "app/window/shape_dialog.h"
#include "core/base/file.h"
#include "core/device/profile.h"
#include "widgets/common/text.h"
#include "widgets/graph/graph_panel.h"
#include "widgets/layers/layers_panel.h"

namespace ew::window {
namespace {

std::filesystem::path toPath(const QString& text) { return {text.toStdString()}; }

}  // namespace

void MainWindow::openFiles(const QStringList& paths, const QString& recipe) {
  QStringList documents, data;
  for (const QString& path : paths) {
    const QFileInfo info(path);
    if (!info.exists() && paths.size() == 1) messages_->showError(tr("Open %1").arg(path), tr("there is no such file"));
    else if (isData(path)) data << info.absoluteFilePath();
    else documents << info.absoluteFilePath();
  }
  if (documents.isEmpty()) {
    for (const QString& path : data) useData(path);
  } else if (mayDiscard()) {
    waitingData_ = data;
    if (documents.size() > 1) return dropped_->check(documents);
    session_.open(toPath(documents.front()), recipe.isEmpty() ? std::filesystem::path() : toPath(QFileInfo(recipe).absoluteFilePath()));
  }
}

void MainWindow::offerRecovery() {
  const QString name = recovery_->found();
  if (name.isEmpty()) return;
  messages_->showOffer(tr("The studio ended with unsaved changes to %1.").arg(name), tr("Recover"),
                       [this] { recovery_->restore(); }, [this] { recovery_->forget(); });
}

void MainWindow::openSample() { openFiles({QString::fromStdString((device::resourceFolder() / "samples" / "fashion.yaml").string())}); }

void MainWindow::chooseFile() {
  if (const QString path = chooseOpen(this); !path.isEmpty()) openFiles({path});
}

void MainWindow::fixShapes() {
  if (!session_.isOpen()) return;
  auto* dialog = new ShapeDialog(&session_, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->show();
}

void MainWindow::useData(const QString& path) {
  if (!session_.isOpen()) return messages_->showError(tr("Use %1").arg(path), tr("open a model first, then drop its data"));
  const Result<data::DataSpec> spec = specFor(path);
  if (!spec.ok()) return messages_->showError(tr("Use %1").arg(path), widgets::shown(spec.error().text()));
  session_.setData(session_.recipe().calibration ? std::nullopt : std::optional(*spec), *spec);
}

void MainWindow::save() {
  if (session_.recipeFile().empty()) return saveAs();
  const Status saved = session_.save(session_.recipeFile());
  if (!saved.ok()) messages_->showError(tr("Save"), widgets::shown(saved.error().text()));
}

void MainWindow::saveAs() {
  std::filesystem::path suggested = session_.recipe().model;
  suggested.replace_extension(".yaml");
  const QString path = chooseSave(this, tr("Save the recipe"), QString::fromStdString(suggested.string()), tr("Recipes (*.yaml)"));
  if (path.isEmpty()) return;
  const Status saved = session_.save(toPath(path));
  if (!saved.ok()) messages_->showError(tr("Save"), widgets::shown(saved.error().text()));
}

void MainWindow::exportModel() {
  std::filesystem::path suggested = session_.recipe().model;
  suggested.replace_filename(suggested.stem().string() + "_optimized.onnx");
  const QString path = chooseSave(this, tr("Export the current model"), QString::fromStdString(suggested.string()), tr("ONNX models (*.onnx)"));
  if (path.isEmpty()) return;
  const Status written = session_.exportModel(toPath(path));
  if (written.ok()) messages_->showNote(tr("Wrote %1").arg(path));
  else messages_->showError(tr("Export"), widgets::shown(written.error().text()));
}

void MainWindow::exportGraphImage() {
  const auto* graph = panels_->as<widgets::GraphPanel>("graph");
  std::filesystem::path suggested = session_.recipe().model;
  suggested.replace_extension(".svg");
  const QString path = chooseSave(this, tr("Export the graph"), QString::fromStdString(suggested.string()), tr("Pictures (*.svg *.png)"));
  if (path.isEmpty()) return;
  const Status written = graph->exportImage(path);
  if (written.ok()) messages_->showNote(tr("Wrote %1").arg(path));
  else messages_->showError(tr("Export"), widgets::shown(written.error().text()));
}

void MainWindow::exportLayerTable() {
  std::filesystem::path suggested = session_.recipe().model;
  suggested.replace_extension(".csv");
  const QString path = chooseSave(this, tr("Export the table of layers"), QString::fromStdString(suggested.string()), tr("Tables (*.csv)"));
  if (path.isEmpty()) return;
  const Status written = writeFileAtomically(toPath(path), panels_->as<widgets::LayersPanel>("layers")->csv().toStdString());
  if (written.ok()) messages_->showNote(tr("Wrote %1").arg(path));
  else messages_->showError(tr("Export"), widgets::shown(written.error().text()));
}

void MainWindow::exportBundle() {
  std::filesystem::path suggested = session_.recipe().model;
  suggested.replace_extension(".ewb");
  const QString path = chooseSave(this, tr("Export a bundle"), QString::fromStdString(suggested.string()), tr("Edgewright bundles (*.ewb)"));
  if (!path.isEmpty()) session_.exportBundle(toPath(path));
}

bool MainWindow::mayDiscard() {
  if (!session_.isOpen() || !session_.isModified()) return true;
  const auto answer = QMessageBox::question(this, tr("Unsaved steps"), tr("Save the recipe before closing it?"),
                                            QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel);
  if (answer == QMessageBox::Save) save();
  return answer != QMessageBox::Cancel && (answer == QMessageBox::Discard || !session_.isModified());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  QStringList paths;
  for (const QUrl& url : event->mimeData()->urls())
    if (url.isLocalFile()) paths << url.toLocalFile();
  event->acceptProposedAction();
  openFiles(paths);
}

void MainWindow::closeEvent(QCloseEvent* event) {
  if (!mayDiscard()) return event->ignore();
  live_.stop();
  recovery_->forget();
  remember(QStringLiteral("window/geometry"), saveGeometry());
  if (arranged_) remember(QStringLiteral("window/state"), saveState());
  event->accept();
}

}  // namespace ew::window
