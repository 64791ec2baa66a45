// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/outline/outline_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

#include "widgets/common/message_view.h"
#include "widgets/common/painting.h"
#include "widgets/outline/outline_model.h"

namespace ew::widgets {
namespace {

constexpr int kOpenUpTo = 60;  // nodes: small models are shown open

/// Every node below an index of the model.
void collectNodes(const QModelIndex& index, std::vector<NodeId>& out) {
  if (const QVariant node = index.data(OutlineModel::NodeRole); node.isValid()) out.push_back(node.toInt());
  for (int r = 0; r < index.model()->rowCount(index); ++r) collectNodes(index.model()->index(r, 0, index), out);
}

}  // namespace

OutlinePanel::OutlinePanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), model_(new OutlineModel(this)), proxy_(new QSortFilterProxyModel(this)), tree_(new QTreeView(this)),
      filter_(new QLineEdit(this)), empty_(new MessageView(this)) {
  describe(this, "outlinePanel", title());
  describe(tree_, "outlineTree", tr("Nodes by name"));
  describe(filter_, "outlineFilter", tr("Filter"));
  empty_->setObjectName("outlineEmpty");
  filter_->setPlaceholderText(tr("Filter by name or operator"));
  filter_->setClearButtonEnabled(true);
  proxy_->setObjectName("outlineProxy");
  proxy_->setRecursiveFilteringEnabled(true);
  proxy_->setAutoAcceptChildRows(true);
  proxy_->setFilterRole(OutlineModel::FullNameRole);
  proxy_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  proxy_->setSourceModel(model_);
  tree_->setModel(proxy_);
  tree_->setUniformRowHeights(true);
  tree_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  tree_->setIndentation(fontMetrics().averageCharWidth() * 2);
  tree_->setTextElideMode(Qt::ElideMiddle);
  tree_->header()->setStretchLastSection(false);
  tree_->header()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 6);
  tree_->header()->setSectionResizeMode(OutlineModel::Name, QHeaderView::Stretch);
  tree_->header()->resizeSection(OutlineModel::Operator, fontMetrics().averageCharWidth() * 11);
  tree_->header()->resizeSection(OutlineModel::Parameters, fontMetrics().horizontalAdvance(tr("Parameters")) + fontMetrics().averageCharWidth() * 2);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(4, 3, 4, 3);
  head->addWidget(filter_);
  column->addLayout(head);
  column->addWidget(tree_, 1);
  column->addWidget(empty_, 1);
  connect(filter_, &QLineEdit::textChanged, this, &OutlinePanel::refresh);
  connect(tree_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &OutlinePanel::treeToSelection);
  connect(selection, &Selection::changed, this, &OutlinePanel::selectionToTree);
  setFocusProxy(tree_);
  refresh();
}

/// Names come first: the other columns only show where there is room.
void OutlinePanel::resizeEvent(QResizeEvent*) {
  const int em = fontMetrics().averageCharWidth();
  tree_->setColumnHidden(OutlineModel::Operator, width() < 36 * em);
  tree_->setColumnHidden(OutlineModel::Parameters, width() < 26 * em);
}

void OutlinePanel::setFilterText(const QString& text) { filter_->setText(text); }

void OutlinePanel::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  syncing_ = true;
  model_->setProject(project());
  syncing_ = false;
  refresh();
}

void OutlinePanel::refresh() {
  syncing_ = true;
  proxy_->setFilterFixedString(filter_->text().trimmed());
  const bool all = !filter_->text().trimmed().isEmpty() || (project() && project()->layers.rows().size() <= kOpenUpTo);
  if (all) tree_->expandAll();
  else tree_->collapseAll();
  syncing_ = false;
  const bool any = proxy_->rowCount() > 0;
  empty_->setMessage(project() ? tr("Nothing matches") : tr("No model is open"), project() ? tr("Clear the filter to see all nodes.") : QString());
  tree_->setVisible(any);
  empty_->setVisible(!any);
  filter_->setEnabled(project() != nullptr);
  selectionToTree();
}

void OutlinePanel::treeToSelection() {
  if (syncing_ || !project()) return;
  std::vector<NodeId> nodes;
  for (const QModelIndex& index : tree_->selectionModel()->selectedRows()) collectNodes(proxy_->mapToSource(index), nodes);
  syncing_ = true;
  selection()->select(std::move(nodes));
  syncing_ = false;
}

void OutlinePanel::selectionToTree() {
  if (syncing_ || !project()) return;
  syncing_ = true;
  QItemSelection rows;
  QModelIndex last;
  for (const NodeId node : selection()->current()) {
    const QModelIndex index = proxy_->mapFromSource(model_->indexOf(node));
    if (!index.isValid()) continue;
    rows.select(index, index.siblingAtColumn(OutlineModel::kColumns - 1));
    last = index;
  }
  tree_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
  if (last.isValid()) {
    tree_->selectionModel()->setCurrentIndex(last, QItemSelectionModel::NoUpdate);
    tree_->scrollTo(last);
  }
  syncing_ = false;
}

}  // namespace ew::widgets
