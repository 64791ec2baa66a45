// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inspector/inspector_panel.h"

#include <QLabel>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "widgets/common/painting.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/inspector/inspector_tab.h"
#include "widgets/inspector/optimize_tab.h"
#include "widgets/inspector/table_tabs.h"
#include "widgets/inspector/weights_tab.h"

namespace ew::widgets {

InspectorPanel::InspectorPanel(Selection* selection, QWidget* parent) : Panel(selection, parent), heading_(new QLabel(this)), tabs_(new QTabWidget(this)) {
  describe(this, "inspectorPanel", title());
  describe(heading_, "inspectorHeading", tr("Selected layer"));
  describe(tabs_, "inspectorTabs", tr("Inspector"));
  heading_->setTextFormat(Qt::PlainText);
  heading_->setWordWrap(true);
  heading_->setContentsMargins(8, 6, 8, 4);
  heading_->setFont(scaledFont(1, true));
  tabs_->setDocumentMode(true);
  tabs_->setUsesScrollButtons(false);  // all tabs stay in sight, with shorter texts where it is narrow
  tabs_->setElideMode(Qt::ElideRight);
  tabs_->tabBar()->setFont(scaledFont(0.9));
  auto* optimize = new OptimizeTab(this);
  all_ = {new OverviewTab(this), new WeightsTab(this), new ActivationsTab(this), optimize, new CostTab(this)};
  for (InspectorTab* tab : all_) tabs_->addTab(tab, tab->title());
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(heading_);
  column->addWidget(tabs_, 1);
  connect(selection, &Selection::changed, this, &InspectorPanel::refresh);
  connect(optimize, &OptimizeTab::previewRequested, this, &InspectorPanel::previewRequested);
  connect(optimize, &OptimizeTab::settleRequested, this, &InspectorPanel::settleRequested);
  connect(optimize, &OptimizeTab::previewCleared, this, &InspectorPanel::previewCleared);
  connect(optimize, &OptimizeTab::applyRequested, this, &InspectorPanel::applyRequested);
  connect(optimize, &OptimizeTab::coupledFound, selection, &Selection::setCoupled);
  refresh();
}

InspectorContext InspectorPanel::context() const {
  InspectorContext out;
  out.project = project();
  if (!project()) return out;
  out.candidate = candidate();
  out.nodes = selection()->current();
  out.row = project()->layers.row(selection()->primary());
  return out;
}

void InspectorPanel::refresh() {
  const InspectorContext about = context();
  const std::size_t others = about.nodes.empty() ? 0 : about.nodes.size() - 1;
  heading_->setText(about.row == nullptr ? (project() ? tr("Whole model") : tr("No model is open"))
                    : others == 0        ? shown(about.row->now->name)
                                         : tr("%1 and %2 more").arg(shown(about.row->now->name)).arg(others));
  for (InspectorTab* tab : all_) tab->show(about);
}

void InspectorPanel::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  refresh();
}

void InspectorPanel::setCandidate(std::shared_ptr<const VersionView> next) {
  Panel::setCandidate(std::move(next));
  const InspectorContext about = context();
  for (InspectorTab* tab : all_) tab->showCandidate(about);
}

void InspectorPanel::showTab(const QString& objectName) {
  for (InspectorTab* tab : all_)
    if (tab->objectName() == objectName) tabs_->setCurrentWidget(tab);
}

}  // namespace ew::widgets
