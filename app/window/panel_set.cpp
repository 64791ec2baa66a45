// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/panel_set.h"

#include <QCoreApplication>
#include <QDockWidget>
#include <QLayout>
#include <QMainWindow>
#include <QTabWidget>
#include <algorithm>

#include "widgets/common/painting.h"

namespace ew::window {
namespace {

using widgets::PanelArea;

Qt::DockWidgetArea dockArea(PanelArea area) {
  switch (area) {
    case PanelArea::Left: return Qt::LeftDockWidgetArea;
    case PanelArea::Right: return Qt::RightDockWidgetArea;
    default: return Qt::BottomDockWidgetArea;
  }
}

/// Docks can be made smaller than their panels would like: a small window stays as small as it is.
constexpr QSize smallestDock{100, 60};

QString titleOf(const widgets::PanelInfo& info) { return QCoreApplication::translate("Panels", info.title); }

}  // namespace

PanelSet::PanelSet(widgets::Selection* selection, QMainWindow* window) : center_(new QTabWidget(window)) {
  widgets::describe(center_, "centerTabs", QCoreApplication::translate("Panels", "Views"));
  center_->setDocumentMode(true);
  for (const widgets::PanelInfo& info : widgets::panels()) {
    widgets::Panel* panel = info.create(selection, window);
    panels_[std::string(info.id)] = panel;
    if (info.area == PanelArea::Center) center_->addTab(panel, titleOf(info));
    else if (info.area != PanelArea::Top) addDock(window, info, panel);
  }
  resetLayout(window);
}

void PanelSet::addDock(QMainWindow* window, const widgets::PanelInfo& info, widgets::Panel* panel) {
  auto* dock = new QDockWidget(titleOf(info), window);
  dock->setObjectName(QStringLiteral("dock_") + QString::fromUtf8(info.id.data(), static_cast<qsizetype>(info.id.size())));
  dock->setWidget(panel);
  panel->setMinimumSize(smallestDock);
  docks_[std::string(info.id)] = dock;
}

void PanelSet::resetLayout(QMainWindow* window) {
  std::map<PanelArea, QDockWidget*> first;
  for (const widgets::PanelInfo& info : widgets::panels()) {
    const auto it = docks_.find(std::string(info.id));
    if (it == docks_.end()) continue;
    QDockWidget* dock = it->second;
    window->addDockWidget(dockArea(info.area), dock);
    dock->setFloating(false);
    dock->show();
    // The bottom is one stack of tabs; the left shows its panels one above the other.
    QDockWidget*& leader = first[info.area];
    if (leader != nullptr && info.area == PanelArea::Bottom) window->tabifyDockWidget(leader, dock);
    if (leader == nullptr) leader = dock;
  }
}

void PanelSet::sizeDocks(QMainWindow* window) {
  window->layout()->activate();
  const int width = window->width(), height = window->height();
  const int em = window->fontMetrics().averageCharWidth(), line = window->fontMetrics().height();
  // A comfortable size in characters; more in a large window, less in a small one.
  const int left = std::min(std::max(em * 42, width * 14 / 100), width * 21 / 100);
  const int right = std::min(std::max(em * 68, width * 18 / 100), width * 31 / 100);
  const int bottom = std::min(std::max(line * 12, height * 22 / 100), height * 26 / 100);
  const QList<QDockWidget*> lefts = docksIn(PanelArea::Left), rights = docksIn(PanelArea::Right), bottoms = docksIn(PanelArea::Bottom);
  window->resizeDocks(lefts, QList<int>(lefts.size(), left), Qt::Horizontal);
  window->resizeDocks(rights, QList<int>(rights.size(), right), Qt::Horizontal);
  window->resizeDocks(bottoms.mid(0, 1), {bottom}, Qt::Vertical);
  window->resizeDocks(lefts, QList<int>(lefts.size(), (height - bottom) / 3), Qt::Vertical);
  if (!bottoms.isEmpty()) bottoms.front()->raise();
}

QList<QDockWidget*> PanelSet::docksIn(widgets::PanelArea area) const {
  QList<QDockWidget*> out;
  for (const widgets::PanelInfo& info : widgets::panels())
    if (QDockWidget* holder = dock(std::string(info.id)); holder != nullptr && info.area == area) out << holder;
  return out;
}

widgets::Panel* PanelSet::panel(const std::string& id) const {
  const auto it = panels_.find(id);
  return it == panels_.end() ? nullptr : it->second;
}

QDockWidget* PanelSet::dock(const std::string& id) const {
  const auto it = docks_.find(id);
  return it == docks_.end() ? nullptr : it->second;
}

void PanelSet::setProject(const std::shared_ptr<const widgets::ProjectView>& project) {
  for (const auto& [id, panel] : panels_) panel->setProject(project);
}

void PanelSet::setCandidate(const std::shared_ptr<const widgets::VersionView>& candidate) {
  for (const auto& [id, panel] : panels_) panel->setCandidate(candidate);
}

bool PanelSet::raise(const std::string& id) {
  widgets::Panel* wanted = panel(id);
  if (wanted == nullptr) return false;
  if (const int tab = center_->indexOf(wanted); tab >= 0) {
    center_->setCurrentIndex(tab);
  } else if (QDockWidget* holder = dock(id)) {
    holder->show();
    holder->raise();
  }
  return true;
}

}  // namespace ew::window
