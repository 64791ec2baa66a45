// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/compare/compare_panel.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>
#include <map>

#include "widgets/common/message_view.h"
#include "widgets/common/painting.h"
#include "widgets/common/units.h"
#include "widgets/compare/compare_model.h"

namespace ew::widgets {

ComparePanel::ComparePanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), model_(new CompareModel(this)), proxy_(new QSortFilterProxyModel(this)), table_(new QTableView(this)),
      same_(new QCheckBox(tr("Also what stayed the same"), this)), summary_(new QLabel(this)), empty_(new MessageView(this)) {
  describe(this, "comparePanel", title());
  describe(table_, "compareTable", tr("Changes by layer"));
  describe(same_, "compareSame", same_->text());
  describe(summary_, "compareSummary", tr("Summary of the changes"));
  empty_->setObjectName("compareEmpty");
  proxy_->setObjectName("compareProxy");
  proxy_->setSourceModel(model_);
  proxy_->setSortRole(CompareModel::SortRole);
  proxy_->setFilterRole(CompareModel::KindRole);
  proxy_->setFilterKeyColumn(0);
  table_->setModel(proxy_);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->setAlternatingRowColors(true);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(6, 4, 6, 4);
  row->addWidget(summary_, 1);
  row->addWidget(same_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(row);
  column->addWidget(table_, 1);
  column->addWidget(empty_, 1);
  connect(same_, &QCheckBox::toggled, this, &ComparePanel::refresh);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ComparePanel::tableToSelection);
  connect(selection, &Selection::changed, this, &ComparePanel::selectionToTable);
  setFocusProxy(table_);
  refresh();
}

void ComparePanel::setProject(std::shared_ptr<const ProjectView> next) {
  const bool sameVersions = project() && next && project()->original == next->original && project()->current == next->current;
  Panel::setProject(std::move(next));
  if (sameVersions) return;
  if (!project() || project()->original->graph == project()->current->graph) {
    job_.cancel();
    return showRows({});
  }
  job_.start([this, view = project()](Progress& progress) -> std::function<void()> {
    auto rows = analysis::compareGraphs(*view->original->graph, *view->current->graph);
    if (progress.cancelled()) return nullptr;
    return [this, rows = std::move(rows)]() mutable { showRows(std::move(rows)); };
  });
}

void ComparePanel::showRows(std::vector<analysis::LayerDelta> rows) {
  std::map<std::string, int> kinds;
  for (const analysis::LayerDelta& row : rows) ++kinds[row.kind];
  QStringList parts;
  for (const auto& [kind, name] : {std::pair{"changed", tr("%1 changed")}, std::pair{"removed", tr("%1 removed")}, std::pair{"added", tr("%1 added")}, std::pair{"same", tr("%1 the same")}})
    if (kinds.contains(kind)) parts << name.arg(grouped(kinds[kind]));
  summary_->setText(parts.join(QStringLiteral(",  ")));
  syncing_ = true;
  model_->setRows(std::move(rows));
  syncing_ = false;
  refresh();
  table_->resizeColumnsToContents();
  table_->setColumnWidth(0, std::min(table_->columnWidth(0), fontMetrics().averageCharWidth() * 36));
}

void ComparePanel::refresh() {
  syncing_ = true;
  proxy_->setFilterRegularExpression(same_->isChecked() ? QString() : QStringLiteral("^(changed|removed|added)$"));
  syncing_ = false;
  const bool any = proxy_->rowCount() > 0;
  empty_->setMessage(project() ? tr("Nothing differs from the original") : tr("No model is open"),
                     project() ? tr("Apply a step, and what it changed is listed here.") : QString());
  table_->setVisible(any);
  empty_->setVisible(!any);
  selectionToTable();
}

void ComparePanel::tableToSelection() {
  if (syncing_ || !project()) return;
  std::vector<NodeId> now, past;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows()) {
    const analysis::LayerDelta& delta = model_->delta(proxy_->mapToSource(index).row());
    if (delta.after) now.push_back(delta.after->node);
    else if (delta.before) past.push_back(delta.before->node);
  }
  syncing_ = true;
  // A removed layer lives on in the original only.
  if (now.empty() && !past.empty()) selection()->selectOriginal(std::move(past));
  else selection()->select(std::move(now));
  syncing_ = false;
}

void ComparePanel::selectionToTable() {
  if (syncing_ || !project()) return;
  syncing_ = true;
  QItemSelection rows;
  for (int r = 0; r < proxy_->rowCount(); ++r) {
    const QModelIndex index = proxy_->index(r, 0);
    const analysis::LayerDelta& delta = model_->delta(proxy_->mapToSource(index).row());
    if (delta.after && selection()->contains(delta.after->node)) rows.select(index, index.siblingAtColumn(CompareModel::kColumns - 1));
  }
  table_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
  if (!rows.isEmpty()) table_->scrollTo(rows.indexes().front());
  syncing_ = false;
}

}  // namespace ew::widgets
