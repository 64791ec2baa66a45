// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/main_window.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTextEdit>
#include <QToolBar>
#include <QVBoxLayout>
#include <utility>

#include "app/window/command_palette.h"
#include "app/window/dropped_files.h"
#include "app/window/file_choice.h"
#include "app/window/job_status.h"
#include "app/window/message_bar.h"
#include "app/window/preferences.h"
#include "app/window/recovery.h"
#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/units.h"
#include "widgets/welcome/welcome.h"

namespace ew::window {
namespace {

/// Widgets that do something of their own with the space bar.
bool takesSpace(const QWidget* widget) {
  return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QAbstractSlider*>(widget) ||
         qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QComboBox*>(widget) ||
         qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QTextEdit*>(widget) ||
         qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QAbstractItemView*>(widget);
}

}  // namespace

MainWindow::MainWindow(const BackendSet& backends, QWidget* parent)
    : QMainWindow(parent), session_(backends), panels_(std::make_unique<PanelSet>(&selection_, this)), messages_(new MessageBar(this)),
      stack_(new QStackedWidget(this)), welcome_(new widgets::Welcome(this)), status_(new QLabel(this)),
      palette_(new CommandPalette(this)), recovery_(new Recovery(&session_, this)) {
  setObjectName(QStringLiteral("mainWindow"));
  setAcceptDrops(true);
  setDockNestingEnabled(true);
  resize(1440, 900);
  buildCenter();
  buildActions();
  buildTop();
  wireSession();
  wirePanels();
  wireViews();
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

/// What belongs to the whole model spans the window: a row of its own above the docks that cannot be moved away.
void MainWindow::buildTop() {
  auto* rows = new QWidget(this);
  auto* column = new QVBoxLayout(rows);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  for (const char* id : {"scoreboard", "optimize"}) {
    widgets::Panel* panel = panels_->panel(id);
    if (panel == nullptr) continue;
    panel->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    column->addWidget(panel);
  }
  // As wide as the window, which may be narrower than the row would like.
  rows->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  rows->setMinimumWidth(1);
  top_ = new QToolBar(tr("Scoreboard"), this);
  top_->setObjectName(QStringLiteral("scoreboardBar"));
  top_->setMovable(false);
  top_->toggleViewAction()->setVisible(false);
  top_->addWidget(rows);
  addToolBarBreak();
  addToolBar(top_);
}

void MainWindow::wireSession() {
  connect(&session_, &session::Session::projectChanged, this, &MainWindow::showProject);
  connect(&session_, &session::Session::candidateChanged, this, [this](const auto& candidate) { panels_->setCandidate(candidate); });
  connect(&session_, &session::Session::message, messages_, &MessageBar::showNote);
  connect(&session_, &session::Session::opened, this, [this](const QString& path) {
    if (shownErrors_.isEmpty()) messages_->hide();
    if (const auto& warnings = session_.project()->warnings; !warnings.empty() && shownErrors_.isEmpty())
      messages_->showNote(warnings.size() == 1 ? widgets::shown(warnings.front()) : tr("%1 (and more in Jobs and log)").arg(widgets::shown(warnings.front())));
    rememberRecent(path);
    welcome_->setRecent(recentFiles());
    for (const QString& data : std::exchange(waitingData_, {})) useData(data);
  });
  connect(&session_, &session::Session::exported, this, [this](const QString& path) {
    messages_->showNote(tr("Wrote %1. Check it with: edgewright bundle verify %1").arg(path));
  });
  dropped_ = new DroppedFiles(session_.jobs(), this);
  connect(dropped_, &DroppedFiles::openRequested, this, [this](const QString& path) {
    if (mayDiscard()) session_.open(path.toStdString());
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
  const bool opens = open && stack_->currentIndex() == 0;
  stack_->setCurrentIndex(open ? 1 : 0);
  if (opens || !open) {
    for (const auto& [id, dock] : panels_->docks()) dock->setVisible(open && !dock->property("closedByUser").toBool());
    top_->setVisible(open);
  }
  if (opens && isVisible()) arrange();
  for (QAction* each : {save_, liveAction_, export_, shapes_}) each->setEnabled(open);
  if (open) {
    const analysis::Totals& totals = project->current->summary.totals;
    status_->setText(tr("%1   %2 nodes   %3 parameters   %4 MACs")
                         .arg(widgets::shown(project->file.filename().string()), widgets::grouped(totals.nodes), widgets::grouped(totals.parameters), widgets::grouped(totals.macs)));
    status_->setToolTip(widgets::shown(project->file.string()));
    showStepErrors(*project);
  } else {
    status_->setText(tr("Nothing is open"));
  }
  updateTitle();
}

void MainWindow::showStepErrors(const widgets::ProjectView& project) {
  QStringList errors;
  for (std::size_t i = 0; i < project.steps.size() && i < project.recipe->steps.size(); ++i)
    if (!project.steps[i].error.empty())
      errors << tr("Step %1 (%2): %3").arg(i + 1).arg(widgets::shown(project.recipe->steps[i].name), widgets::shown(project.steps[i].error));
  // The steps after one that failed have its reason too: the first says enough.
  const QString text = errors.isEmpty() ? QString() : errors.front();
  if (text != shownErrors_ && !text.isEmpty()) messages_->showError(tr("The recipe stops"), text);
  shownErrors_ = text;
}

/// First sizes of the docks, or the layout of the last time. Has an effect only on a window that is shown.
void MainWindow::arrange() {
  if (arranged_) return;
  arranged_ = true;
  for (QTabBar* tabs : findChildren<QTabBar*>(Qt::FindDirectChildrenOnly)) tabs->setAccessibleName(tr("Panels"));
  const QByteArray state = remembered(QStringLiteral("window/state")).toByteArray();
  if (state.isEmpty() || !restoreState(state)) return panels_->sizeDocks(this);
  for (const auto& [id, dock] : panels_->docks()) dock->setProperty("closedByUser", dock->isHidden());
}

void MainWindow::showEvent(QShowEvent* event) {
  QMainWindow::showEvent(event);
  if (session_.isOpen()) arrange();
}

bool MainWindow::event(QEvent* event) {
  // Space starts and stops the live run, and Esc stops work, unless the widget with the focus needs the key.
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool space = key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier && takesSpace(QApplication::focusWidget());
    if (space || key->key() == Qt::Key_Escape) {
      event->accept();
      return true;
    }
  }
  return QMainWindow::event(event);
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) return cancel_->trigger();
  QMainWindow::keyPressEvent(event);
}

void MainWindow::cancel() {
  messages_->dismiss();
  session_.jobs()->cancelAll();
  session_.clearPreview();
}

void MainWindow::updateTitle() {
  const auto& project = session_.project();
  const QString name = project ? widgets::shown(project->title) : QString();
  setWindowTitle(name.isEmpty() ? QStringLiteral("Edgewright") : tr("%1[*] - Edgewright").arg(name));
  setWindowModified(session_.isOpen() && session_.isModified());
}

void MainWindow::toggleLive() {
  if (live_.running()) return live_.stop();
  const auto& project = session_.project();
  if (!project || !project->current) return;
  live_.start({project->original->graph, project->current->graph, session_.recipe(), &session_.backends()});
  panels_->raise("live");
}

}  // namespace ew::window
