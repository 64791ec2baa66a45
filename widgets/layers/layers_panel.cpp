// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layers/layers_panel.h"

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSet>
#include <QTableView>
#include <QToolButton>
#include <algorithm>

#include "widgets/common/painting.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"
#include "widgets/layers/layer_columns.h"
#include "widgets/layers/layer_delegate.h"
#include "widgets/layers/layer_model.h"

namespace ew::widgets {
namespace {

QString csvCell(const QString& text) {
  if (!text.contains(',') && !text.contains('"') && !text.contains('\n')) return text;
  return '"' + QString(text).replace('"', QLatin1String("\"\"")) + '"';
}

QString csvNumber(std::optional<double> value) { return value ? QString::number(*value, 'g', 12) : QString(); }

}  // namespace

LayersPanel::LayersPanel(Selection* selection, QWidget* parent)
    : Panel(selection, parent), model_(new LayerModel(this)), proxy_(new LayerProxy(model_, this)), table_(new QTableView(this)),
      filter_(new QLineEdit(this)), status_(new QLabel(this)), empty_(new QLabel(this)), all_(new QCheckBox(tr("All nodes"), this)),
      columns_(new QToolButton(this)) {
  describe(this, "layersPanel", title());
  describe(table_, "layersTable", tr("Table of layers"));
  table_->setModel(proxy_);
  table_->setItemDelegate(new LayerDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setSortingEnabled(true);
  table_->sortByColumn(-1, Qt::AscendingOrder);
  table_->setAlternatingRowColors(true);
  table_->setShowGrid(false);
  table_->setWordWrap(false);
  table_->setCornerButtonEnabled(false);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setSectionsMovable(true);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  for (int c = 0; c < model_->columnCount(); ++c) table_->setColumnHidden(c, !layerColumns()[static_cast<std::size_t>(c)].shown);
  describe(empty_, "layersEmpty", QString());
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  empty_->setForegroundRole(QPalette::PlaceholderText);
  auto* row = new QHBoxLayout;
  buildTools(row);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(row);
  column->addWidget(table_, 1);
  column->addWidget(empty_, 1);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &LayersPanel::tableToSelection);
  connect(selection, &Selection::changed, this, &LayersPanel::selectionToTable);
  auto* copy = new QAction(tr("Copy"), this);
  copy->setObjectName("layersCopy");
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(copy, &QAction::triggered, this, &LayersPanel::copySelected);
  table_->addAction(copy);
  table_->setContextMenuPolicy(Qt::ActionsContextMenu);
  setFocusProxy(table_);
  refreshFilter();
}

void LayersPanel::buildTools(QHBoxLayout* row) {
  row->setContentsMargins(6, 4, 6, 4);
  row->setSpacing(8);
  describe(filter_, "layersFilter", tr("Filter"));
  filter_->setPlaceholderText(tr("Filter, for example  op:Conv bits:<8 time:>5%"));
  filter_->setClearButtonEnabled(true);
  filter_->setToolTip(tr("Words that all must match. Keys: %1").arg(LayerFilter::keys().join(QStringLiteral(", "))));
  describe(status_, "layersStatus", tr("Number of rows"));
  describe(all_, "layersAll", tr("Show all nodes"));
  all_->setToolTip(tr("Also show nodes without weights and cost"));
  describe(columns_, "layersColumns", tr("Choose columns"));
  columns_->setIcon(icon("columns"));
  columns_->setToolTip(tr("Choose columns"));
  columns_->setAutoRaise(true);
  columns_->setPopupMode(QToolButton::InstantPopup);
  columns_->setMenu(new QMenu(columns_));
  auto* csvButton = new QToolButton(this);
  describe(csvButton, "layersExport", tr("Export as CSV"));
  csvButton->setIcon(icon("export"));
  csvButton->setToolTip(tr("Export as CSV"));
  csvButton->setAutoRaise(true);
  row->addWidget(filter_, 1);
  row->addWidget(status_);
  row->addWidget(all_);
  row->addWidget(columns_);
  row->addWidget(csvButton);
  connect(filter_, &QLineEdit::textChanged, this, &LayersPanel::refreshFilter);
  connect(all_, &QCheckBox::toggled, this, &LayersPanel::refreshFilter);
  connect(columns_->menu(), &QMenu::aboutToShow, this, &LayersPanel::fillColumnMenu);
  connect(csvButton, &QToolButton::clicked, this, &LayersPanel::exportRequested);
}

void LayersPanel::fillColumnMenu() {
  QMenu* menu = columns_->menu();
  menu->clear();
  for (std::size_t c = 1; c < layerColumns().size(); ++c) {
    const LayerColumn& column = layerColumns()[c];
    QAction* action = menu->addAction(columnHeader(column));
    action->setCheckable(true);
    action->setChecked(!table_->isColumnHidden(static_cast<int>(c)));
    connect(action, &QAction::toggled, this, [this, &column](bool on) { setColumnShown(QLatin1String(column.id), on); });
  }
}

void LayersPanel::setColumnShown(const QString& id, bool shown) {
  for (std::size_t c = 0; c < layerColumns().size(); ++c)
    if (id == QLatin1String(layerColumns()[c].id)) table_->setColumnHidden(static_cast<int>(c), !shown);
}

void LayersPanel::setProject(std::shared_ptr<const ProjectView> next) {
  Panel::setProject(std::move(next));
  syncing_ = true;
  model_->setProject(project());
  syncing_ = false;
  refreshFilter();
  if (project() && !sized_) {
    sized_ = true;
    table_->resizeColumnsToContents();
    const int em = fontMetrics().averageCharWidth();
    table_->setColumnWidth(0, std::clamp(table_->columnWidth(0), 18 * em, 34 * em));
  }
  selectionToTable();
}

void LayersPanel::setFilterText(const QString& text) { filter_->setText(text); }

void LayersPanel::focusFilter() {
  filter_->setFocus(Qt::ShortcutFocusReason);
  filter_->selectAll();
}

void LayersPanel::refreshFilter() {
  const LayerFilter filter(filter_->text());
  syncing_ = true;
  proxy_->setLayersOnly(!all_->isChecked());
  proxy_->setFilter(filter);
  syncing_ = false;
  const int shown = proxy_->rowCount();
  status_->setText(filter.error().isEmpty() ? tr("%1 of %2").arg(grouped(shown), grouped(model_->rowCount())) : filter.error());
  QPalette colours = palette();
  if (!filter.error().isEmpty()) colours.setColor(QPalette::WindowText, theme().warning);
  status_->setPalette(colours);
  empty_->setText(!project() ? tr("No model is open.\nOpen one to see its layers.")
                             : tr("No layer matches the filter.\nClear it, or tick \"All nodes\"."));
  table_->setVisible(shown > 0);
  empty_->setVisible(shown == 0);
  selectionToTable();
}

void LayersPanel::tableToSelection() {
  if (syncing_ || !project()) return;
  syncing_ = true;
  std::vector<NodeId> nodes;
  for (const QModelIndex& index : table_->selectionModel()->selectedRows()) nodes.push_back(model_->layer(proxy_->mapToSource(index).row()).node);
  if (const QModelIndex last = table_->currentIndex(); last.isValid()) {
    const NodeId node = model_->layer(proxy_->mapToSource(last).row()).node;
    if (std::erase(nodes, node) > 0) nodes.push_back(node);
  }
  selection()->select(std::move(nodes));
  syncing_ = false;
}

void LayersPanel::selectionToTable() {
  if (syncing_ || !project()) return;
  syncing_ = true;
  QItemSelection rows;
  QModelIndex last;
  for (const NodeId node : selection()->current()) {
    const int row = model_->rowOf(node);
    const QModelIndex index = row < 0 ? QModelIndex() : proxy_->mapFromSource(model_->index(row, 0));
    if (!index.isValid()) continue;
    rows.select(index, index.siblingAtColumn(model_->columnCount() - 1));
    last = index;
  }
  table_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
  if (last.isValid()) {
    table_->selectionModel()->setCurrentIndex(last, QItemSelectionModel::NoUpdate);
    table_->scrollTo(last);
  }
  syncing_ = false;
}

void LayersPanel::copySelected() {
  QString text;
  for (const QModelIndex& row : table_->selectionModel()->selectedRows()) {
    QStringList cells;
    for (int c = 0; c < model_->columnCount(); ++c)
      if (!table_->isColumnHidden(c)) cells << row.siblingAtColumn(c).data().toString();
    text += cells.join('\t') + '\n';
  }
  QGuiApplication::clipboard()->setText(text);
}

QString LayersPanel::csv() const {
  QString out;
  QStringList header;
  std::vector<std::pair<const LayerColumn*, bool>> cells;
  for (int c = 0; c < model_->columnCount(); ++c) {
    const LayerColumn& column = layerColumns()[static_cast<std::size_t>(c)];
    if (table_->isColumnHidden(c)) continue;
    header << csvCell(columnHeader(column));
    cells.emplace_back(&column, false);
    const QString id = QLatin1String(column.id);
    if (id == "name" || id == "op" || id == "share") continue;
    header << csvCell(tr("%1 (original)").arg(columnHeader(column)));
    cells.emplace_back(&column, true);
  }
  out = header.join(',') + '\n';
  for (int r = 0; r < proxy_->rowCount(); ++r) {
    const LayerRow& row = model_->layer(proxy_->mapToSource(proxy_->index(r, 0)).row());
    QStringList line;
    for (const auto& [column, before] : cells)
      line << csvCell(column->number != nullptr ? csvNumber(column->number(row, before, model_->totalLatencyMs())) : column->text(row, before));
    out += line.join(',') + '\n';
  }
  return out;
}

}  // namespace ew::widgets
