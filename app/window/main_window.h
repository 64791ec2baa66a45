// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMainWindow>
#include <memory>

#include "app/session/live_runner.h"
#include "app/session/session.h"
#include "app/window/panel_set.h"
#include "widgets/common/selection.h"

class QLabel;
class QStackedWidget;
class QToolBar;

namespace ew::widgets {
class Welcome;
}

namespace ew::window {

class CommandPalette;
class DroppedFiles;
class MessageBar;
class Recovery;

/// Wires the session to the panels, menus and tool bars. Computes nothing.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  explicit MainWindow(const BackendSet& backends, QWidget* parent = nullptr);
  ~MainWindow() override;

  session::Session* session() { return &session_; }
  session::LiveRunner* live() { return &live_; }
  PanelSet& panels() { return *panels_; }
  widgets::Selection* selection() { return &selection_; }
  /// Opens a file, or several: of documents the last one that opens, and all of them are listed; data goes with it.
  /// `recipe` goes with a model.
  void openFiles(const QStringList& paths, const QString& recipe = {});
  void openSample();
  /// Offers the unsaved work of an earlier run.
  void offerRecovery();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;
  void showEvent(QShowEvent* event) override;
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void buildCenter();
  void buildTop();
  void buildActions();
  void buildRunBar();
  void buildFileMenu();
  void buildEditMenu();
  void buildViewMenu();
  void buildHelpMenu();
  QAction* action(const char* name, const QString& text, const QString& iconName, const QKeySequence& keys);
  void wireSession();
  void wirePanels();
  void wireViews();
  void wireLive();
  void arrange();

  void chooseFile();
  void save();
  void saveAs();
  void exportModel();
  void exportBundle();
  void exportGraphImage();
  void exportLayerTable();
  void toggleLive();
  void cancel();
  void useData(const QString& path);
  void fixShapes();
  void showStepErrors(const widgets::ProjectView& project);
  void showProject(const std::shared_ptr<const widgets::ProjectView>& project);
  void updateTitle();
  bool mayDiscard();

  session::Session session_;
  session::LiveRunner live_;
  widgets::Selection selection_;
  std::unique_ptr<PanelSet> panels_;
  MessageBar* messages_;
  QStackedWidget* stack_;
  widgets::Welcome* welcome_;
  QLabel* status_;
  QToolBar* top_ = nullptr;
  CommandPalette* palette_;
  DroppedFiles* dropped_ = nullptr;
  Recovery* recovery_;
  std::shared_ptr<const Graph> shownGraph_;
  QString shownErrors_;
  QStringList waitingData_;     ///< dropped with a document that is still being opened
  bool arranged_ = false;       ///< the docks have their first sizes
  QAction *open_ = nullptr, *save_ = nullptr, *liveAction_ = nullptr, *export_ = nullptr, *cancel_ = nullptr, *shapes_ = nullptr;
};

}  // namespace ew::window
