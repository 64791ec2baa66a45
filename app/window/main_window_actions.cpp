// SPDX-License-Identifier: GPL-3.0-or-later
// The menus and tool bars of the main window.
#include <QApplication>
#include <QDockWidget>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QToolBar>
#include <QToolButton>

#include "app/window/command_palette.h"
#include "app/window/document_bar.h"
#include "app/window/file_choice.h"
#include "app/window/main_window.h"
#include "app/window/preferences.h"
#include "app/window/window_actions.h"
#include "widgets/common/theme.h"

namespace ew::window {

QAction* MainWindow::action(const char* name, const QString& text, const QString& iconName, const QKeySequence& keys) {
  auto* out = new QAction(text, this);
  out->setObjectName(QLatin1String(name));
  if (!iconName.isEmpty()) out->setIcon(widgets::icon(iconName));
  out->setShortcut(keys);
  QString tip = text;
  tip.remove(QLatin1Char('&'));
  if (!keys.isEmpty()) tip += QStringLiteral(" (%1)").arg(keys.toString(QKeySequence::NativeText));
  out->setToolTip(tip);
  return out;
}

void MainWindow::buildActions() {
  buildFileMenu();
  buildEditMenu();
  auto* bar = new QToolBar(tr("Main"), this);
  bar->setObjectName(QStringLiteral("mainBar"));
  bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  bar->addAction(open_);
  bar->addAction(save_);
  for (const char* name : {"undoAction", "redoAction"}) {
    QAction* each = findChild<QAction*>(QLatin1String(name));
    bar->addAction(each);
    qobject_cast<QToolButton*>(bar->widgetForAction(each))->setToolButtonStyle(Qt::ToolButtonIconOnly);
  }
  addToolBar(bar);
  addToolBar(new DocumentBar(&session_, this));
  buildRunBar();
  buildViewMenu();
  buildHelpMenu();
}

void MainWindow::buildRunBar() {
  auto* run = new QToolBar(tr("Run"), this);
  run->setObjectName(QStringLiteral("runBar"));
  run->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  liveAction_ = action("liveAction", tr("&Live"), QStringLiteral("play"), Qt::Key_Space);
  liveAction_->setCheckable(true);
  connect(liveAction_, &QAction::triggered, this, [this] {
    toggleLive();
    liveAction_->setChecked(live_.running());
  });
  run->addAction(liveAction_);
  run->addAction(export_);
  addToolBar(run);
}

void MainWindow::buildFileMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&File"));
  open_ = action("openAction", tr("&Open"), QStringLiteral("open"), QKeySequence::Open);
  connect(open_, &QAction::triggered, this, &MainWindow::chooseFile);
  menu->addAction(open_);
  QMenu* recent = menu->addMenu(tr("Open &recent"));
  connect(recent, &QMenu::aboutToShow, this, [this, recent] {
    recent->clear();
    for (const QString& path : recentFiles()) recent->addAction(path, this, [this, path] { openFiles({path}); });
    recent->setEnabled(!recent->isEmpty());
  });
  QAction* sample = action("sampleAction", tr("Open the sa&mple"), QStringLiteral("sample"), {});
  connect(sample, &QAction::triggered, this, &MainWindow::openSample);
  menu->addAction(sample);
  QAction* reload = action("reloadAction", tr("Re&load"), {}, Qt::Key_F5);
  connect(reload, &QAction::triggered, this, [this] {
    const std::filesystem::path file = session_.recipeFile().empty() ? session_.recipe().model : session_.recipeFile();
    if (session_.isOpen()) openFiles({QString::fromStdString(file.string())});
  });
  menu->addAction(reload);
  menu->addSeparator();
  save_ = action("saveAction", tr("&Save recipe"), QStringLiteral("save"), QKeySequence::Save);
  save_->setIconText(tr("Save"));
  connect(save_, &QAction::triggered, this, &MainWindow::save);
  menu->addAction(save_);
  QAction* saveAsAction = action("saveAsAction", tr("Save recipe &as..."), {}, QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
  connect(saveAsAction, &QAction::triggered, this, &MainWindow::saveAs);
  menu->addAction(saveAsAction);
  menu->addSeparator();
  export_ = action("exportAction", tr("&Export bundle..."), QStringLiteral("export"), QKeySequence(Qt::CTRL | Qt::Key_E));
  export_->setIconText(tr("Export"));
  connect(export_, &QAction::triggered, this, &MainWindow::exportBundle);
  menu->addAction(export_);
  QAction* onnx = action("exportModelAction", tr("Export &model as ONNX..."), {}, {});
  connect(onnx, &QAction::triggered, this, &MainWindow::exportModel);
  menu->addAction(onnx);
  menu->addSeparator();
  QAction* quit = action("quitAction", tr("&Quit"), {}, QKeySequence::Quit);
  connect(quit, &QAction::triggered, this, &QWidget::close);
  menu->addAction(quit);
}

void MainWindow::buildEditMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Edit"));
  menu->setObjectName(QStringLiteral("editMenu"));
  QAction* undo = session_.undoStack()->createUndoAction(this, tr("&Undo"));
  undo->setObjectName(QStringLiteral("undoAction"));
  undo->setShortcut(QKeySequence::Undo);
  undo->setIcon(widgets::icon(QStringLiteral("undo")));
  undo->setIconText(tr("Undo"));
  QAction* redo = session_.undoStack()->createRedoAction(this, tr("&Redo"));
  redo->setObjectName(QStringLiteral("redoAction"));
  redo->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
  redo->setIcon(widgets::icon(QStringLiteral("redo")));
  redo->setIconText(tr("Redo"));
  menu->addAction(undo);
  menu->addAction(redo);
  // The texts follow the stack ("Undo Apply prune"); the buttons stay short so that the bar does not jump.
  for (QAction* each : {undo, redo}) {
    const QString shortText = each->iconText();
    connect(each, &QAction::changed, this, [each, shortText] {
      if (each->iconText() != shortText) each->setIconText(shortText);
    });
  }
  menu->addSeparator();
  shapes_ = action("shapesAction", tr("&Fix shapes..."), {}, QKeySequence(Qt::CTRL | Qt::Key_I));
  connect(shapes_, &QAction::triggered, this, &MainWindow::fixShapes);
  menu->addAction(shapes_);
  menu->addSeparator();
  cancel_ = action("cancelAction", tr("&Stop background work"), QStringLiteral("stop"), Qt::Key_Escape);
  connect(cancel_, &QAction::triggered, this, &MainWindow::cancel);
  menu->addAction(cancel_);
  QAction* commands = action("commandsAction", tr("&Commands..."), QStringLiteral("search"), QKeySequence(Qt::CTRL | Qt::Key_K));
  connect(commands, &QAction::triggered, palette_, &CommandPalette::open);
  menu->addAction(commands);
}

void MainWindow::buildViewMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&View"));
  for (const auto& [id, dock] : panels_->docks()) {
    QAction* toggle = dock->toggleViewAction();
    menu->addAction(toggle);
    connect(toggle, &QAction::triggered, dock, [dock](bool visible) { dock->setProperty("closedByUser", !visible); });
  }
  menu->addSeparator();
  QAction* reset = action("resetLayoutAction", tr("&Reset layout"), {}, {});
  connect(reset, &QAction::triggered, this, [this] {
    for (const auto& [id, dock] : panels_->docks()) dock->setProperty("closedByUser", false);
    panels_->resetLayout(this);
    panels_->sizeDocks(this);
  });
  menu->addAction(reset);
  QAction* dark = action("darkAction", tr("&Dark theme"), {}, {});
  dark->setCheckable(true);
  dark->setChecked(widgets::theme().dark);
  connect(dark, &QAction::toggled, this, [](bool on) {
    remember(QStringLiteral("window/dark"), on);
    widgets::applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), on ? widgets::ThemeMode::Dark : widgets::ThemeMode::Light);
  });
  menu->addAction(dark);
  QAction* full = action("fullScreenAction", tr("&Full screen"), {}, Qt::Key_F11);
  full->setCheckable(true);
  connect(full, &QAction::toggled, this, [this](bool on) { on ? showFullScreen() : showNormal(); });
  menu->addAction(full);
}

void MainWindow::buildHelpMenu() {
  QMenu* menu = menuBar()->addMenu(tr("&Help"));
  QAction* keys = action("shortcutsAction", tr("&Keyboard shortcuts"), {}, QKeySequence::HelpContents);
  connect(keys, &QAction::triggered, this, [this] { showShortcutSheet(this); });
  menu->addAction(keys);
  QAction* about = action("aboutAction", tr("&About Edgewright"), {}, {});
  connect(about, &QAction::triggered, this, [this] {
    QMessageBox::about(this, tr("About Edgewright"),
                       tr("Edgewright %1\nFrom a trained ONNX model to an artifact that fits and runs fast on an edge device.\n"
                          "GPL-3.0-or-later; core and bundles Apache-2.0.").arg(QStringLiteral(EDGEWRIGHT_VERSION)));
  });
  menu->addAction(about);
}

}  // namespace ew::window
