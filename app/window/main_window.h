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

namespace ew::widgets {
class Welcome;
}

namespace ew::window {

class MessageBar;

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
  /// Opens a file, or several (a model and data folders dropped together).
  void openFiles(const QStringList& paths);
  void openSample();

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void buildCenter();
  void buildActions();
  void buildFileMenu();
  void buildEditMenu();
  void buildViewMenu();
  void buildHelpMenu();
  QAction* action(const char* name, const QString& text, const QString& iconName, const QKeySequence& keys);
  void wireSession();
  void wirePanels();
  void wireLive();

  void chooseFile();
  void save();
  void saveAs();
  void exportModel();
  void exportBundle();
  void toggleLive();
  void useData(const QString& path);
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
  std::shared_ptr<const Graph> shownGraph_;
  QAction *open_ = nullptr, *save_ = nullptr, *liveAction_ = nullptr, *export_ = nullptr;
};

}  // namespace ew::window
