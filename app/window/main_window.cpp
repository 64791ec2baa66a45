// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "app/window/data_choice.h"
#include "app/window/file_choice.h"
#include "app/window/job_status.h"
#include "app/window/message_bar.h"
#include "core/device/profile.h"
#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/units.h"
#include "widgets/welcome/welcome.h"

namespace ew::window {
namespace {

std::filesystem::path toPath(const QString& text) { return {text.toStdString()}; }

}  // namespace

MainWindow::MainWindow(const BackendSet& backends, QWidget* parent)
    : QMainWindow(parent), session_(backends), panels_(std::make_unique<PanelSet>(&selection_, this)), messages_(new MessageBar(this)),
      stack_(new QStackedWidget(this)), welcome_(new widgets::Welcome(this)), status_(new QLabel(this)) {
  setObjectName(QStringLiteral("mainWindow"));
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  resize(1440, 900);
  buildCenter();
  buildActions();
  wireSession();
  wirePanels();
  wireLive();
  widgets::describe(status_, "statusText", tr("Document"));
  statusBar()->addWidget(status_, 1);
  statusBar()->addPermanentWidget(new JobStatus(session_.jobs(), this));
  showProject(nullptr);
}

MainWindow::~MainWindow() { live_.stop(); }

void MainWindow::buildCenter() {
  auto* work = new QWidget(this);
  auto* column = new QVBoxLayout(work);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  if (widgets::Panel* scoreboard = panels_->top()) column->addWidget(scoreboard);
  if (widgets::Panel* optimize = panels_->panel("optimize")) column->addWidget(optimize);
  column->addWidget(panels_->center(), 1);
  stack_->addWidget(welcome_);
  stack_->addWidget(work);
  auto* outer = new QWidget(this);
  auto* rows = new QVBoxLayout(outer);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addWidget(messages_);
  rows->addWidget(stack_, 1);
  setCentralWidget(outer);
  connect(welcome_, &widgets::Welcome::openRequested, this, &MainWindow::chooseFile);
  connect(welcome_, &widgets::Welcome::sampleRequested, this, &MainWindow::openSample);
  connect(welcome_, &widgets::Welcome::recentRequested, this, [this](const QString& path) { openFiles({path}); });
  welcome_->setRecent(recentFiles());
}

void MainWindow::wireSession() {
  connect(&session_, &session::Session::projectChanged, this, &MainWindow::showProject);
  connect(&session_, &session::Session::candidateChanged, this, [this](const auto& candidate) { panels_->setCandidate(candidate); });
  connect(&session_, &session::Session::message, messages_, &MessageBar::showNote);
  connect(&session_, &session::Session::opened, this, [this](const QString& path) {
    messages_->hide();
    rememberRecent(path);
    welcome_->setRecent(recentFiles());
  });
  connect(&session_, &session::Session::exported, this, [this](const QString& path) {
    messages_->showNote(tr("Wrote %1. Check it with: edgewright bundle verify %1").arg(path));
  });
  connect(session_.jobs(), &session::JobQueue::failed, messages_, &MessageBar::showError);
  connect(session_.undoStack(), &QUndoStack::cleanChanged, this, &MainWindow::updateTitle);
  connect(session_.undoStack(), &QUndoStack::indexChanged, this, &MainWindow::updateTitle);
}

void MainWindow::wireLive() {
  connect(&live_, &session::LiveRunner::failed, this, [this](const QString& error) { messages_->showError(tr("Live run"), error); });
  connect(&live_, &session::LiveRunner::stateChanged, this, [this](bool running) { liveAction_->setChecked(running); });
}

void MainWindow::showProject(const std::shared_ptr<const widgets::ProjectView>& project) {
  const bool open = project && project->original;
  // A live run compares two versions; a new version ends it.
  const std::shared_ptr<const Graph> current = open ? project->current->graph : nullptr;
  if (live_.running() && current != shownGraph_) live_.stop();
  shownGraph_ = current;
  selection_.setVersions(open ? project->original->graph : nullptr, current);
  panels_->setProject(project);
  stack_->setCurrentIndex(open ? 1 : 0);
  for (const auto& [id, dock] : panels_->docks()) dock->setVisible(open && !dock->property("closedByUser").toBool());
  for (QAction* each : {save_, liveAction_, export_}) each->setEnabled(open);
  if (open) {
    const analysis::Totals& totals = project->current->summary.totals;
    status_->setText(tr("%1   %2 nodes   %3 parameters   %4 MACs")
                         .arg(widgets::shown(project->file.string()), widgets::grouped(totals.nodes), widgets::grouped(totals.parameters), widgets::grouped(totals.macs)));
  } else {
    status_->setText(tr("Nothing is open"));
  }
  updateTitle();
}

void MainWindow::updateTitle() {
  const auto& project = session_.project();
  const QString name = project ? widgets::shown(project->title) : QString();
  setWindowTitle(name.isEmpty() ? QStringLiteral("Edgewright") : tr("%1[*] - Edgewright").arg(name));
  setWindowModified(session_.isOpen() && session_.isModified());
}

void MainWindow::openFiles(const QStringList& paths) {
  for (const QString& path : paths) {
    const QFileInfo info(path);
    if (!info.exists()) {
      messages_->showError(tr("Open %1").arg(path), tr("there is no such file"));
    } else if (isData(path)) {
      useData(path);
    } else if (mayDiscard()) {
      session_.open(toPath(path));
    }
  }
}

void MainWindow::openSample() { openFiles({QString::fromStdString((device::resourceFolder() / "samples" / "fashion.yaml").string())}); }

void MainWindow::chooseFile() {
  if (const QString path = chooseOpen(this); !path.isEmpty()) openFiles({path});
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

void MainWindow::exportBundle() {
  std::filesystem::path suggested = session_.recipe().model;
  suggested.replace_extension(".ewb");
  const QString path = chooseSave(this, tr("Export a bundle"), QString::fromStdString(suggested.string()), tr("Edgewright bundles (*.ewb)"));
  if (!path.isEmpty()) session_.exportBundle(toPath(path));
}

void MainWindow::toggleLive() {
  if (live_.running()) return live_.stop();
  const auto& project = session_.project();
  if (!project || !project->current) return;
  live_.start({project->original->graph, project->current->graph, session_.recipe(), &session_.backends()});
  panels_->raise("live");
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
  QSettings settings;
  settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
  if (session_.isOpen()) settings.setValue(QStringLiteral("window/state"), saveState());
  event->accept();
}

}  // namespace ew::window
