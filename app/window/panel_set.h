// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <map>
#include <memory>
#include <string>

#include "widgets/panels.h"
#include "widgets/common/panel.h"

class QDockWidget;
class QMainWindow;
class QTabWidget;

namespace ew::window {

/// One instance of every panel of the table, placed in the window: those of the center as tabs, the others as docks
/// that can be moved, closed and tabbed.
class PanelSet {
 public:
  PanelSet(widgets::Selection* selection, QMainWindow* window);

  /// The widget whose tabs are the central panels.
  QTabWidget* center() const { return center_; }
  widgets::Panel* panel(const std::string& id) const;   ///< null when the table has none
  QDockWidget* dock(const std::string& id) const;
  const std::map<std::string, QDockWidget*>& docks() const { return docks_; }

  /// The panel as the class that its id promises; null when it is not there.
  template <class P>
  P* as(const std::string& id) const { return qobject_cast<P*>(panel(id)); }

  void setProject(const std::shared_ptr<const widgets::ProjectView>& project);
  void setCandidate(const std::shared_ptr<const widgets::VersionView>& candidate);
  /// Brings a panel to the front, in its tab or dock. False when there is none.
  bool raise(const std::string& id);
  /// Every dock where the table puts it. Sizes follow with sizeDocks().
  void resetLayout(QMainWindow* window);
  /// Sizes that suit the window, and the first tab in front. Works only while the window is shown.
  void sizeDocks(QMainWindow* window);

 private:
  void addDock(QMainWindow* window, const widgets::PanelInfo& info, widgets::Panel* panel);
  QList<QDockWidget*> docksIn(widgets::PanelArea area) const;  ///< in the order of the table
  QTabWidget* center_;
  std::map<std::string, widgets::Panel*> panels_;
  std::map<std::string, QDockWidget*> docks_;
};

}  // namespace ew::window
