// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layers/layer_model.h"

#include "widgets/common/text.h"
#include "widgets/layers/layer_columns.h"

namespace ew::widgets {
namespace {

const LayerColumn& columnAt(int section) { return layerColumns()[static_cast<std::size_t>(section)]; }

}  // namespace

void LayerModel::setProject(std::shared_ptr<const ProjectView> project) {
  beginResetModel();
  project_ = std::move(project);
  endResetModel();
}

int LayerModel::rowOf(NodeId node) const {
  if (!project_) return -1;
  const LayerRow* row = project_->layers.row(node);
  return row == nullptr ? -1 : static_cast<int>(row - project_->layers.rows().data());
}

int LayerModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || !project_ ? 0 : static_cast<int>(project_->layers.rows().size());
}

int LayerModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(layerColumns().size());
}

QString LayerModel::before(const QModelIndex& index) const {
  const LayerColumn& column = columnAt(index.column());
  const QString past = cellText(column, layer(index.row()), true, totalLatencyMs());
  return past == cellText(column, layer(index.row()), false, totalLatencyMs()) ? QString() : past;
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const LayerColumn& column = columnAt(index.column());
  const LayerRow& row = layer(index.row());
  const auto bar = [&](bool past) -> QVariant {
    const auto value = column.bar ? column.number(row, past, totalLatencyMs()) : std::nullopt;
    return value ? QVariant(*value / 100) : QVariant();
  };
  switch (role) {
    case Qt::DisplayRole: return cellText(column, row, false, totalLatencyMs());
    case BeforeRole: return before(index);
    case BarRole: return bar(false);
    case BeforeBarRole: return bar(true);
    case NumberRole: {
      const auto value = column.number == nullptr ? std::nullopt : column.number(row, false, totalLatencyMs());
      return value ? QVariant(*value) : QVariant();
    }
    case Qt::TextAlignmentRole:
      return static_cast<int>((column.number != nullptr ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ToolTipRole: {
      const QString past = before(index), now = cellText(column, row, false, totalLatencyMs());
      return past.isEmpty() ? now : tr("%1, originally %2").arg(now, past);
    }
    default: return {};
  }
}

QVariant LayerModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
  const LayerColumn& column = columnAt(section);
  if (role == Qt::DisplayRole) return columnHeader(column);
  if (role == Qt::ToolTipRole) return columnTip(column);
  if (role == Qt::TextAlignmentRole) return static_cast<int>((column.number != nullptr ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  return {};
}

LayerProxy::LayerProxy(LayerModel* source, QObject* parent) : QSortFilterProxyModel(parent), source_(source) {
  setObjectName("layerProxy");
  setSourceModel(source);
}

void LayerProxy::setFilter(LayerFilter filter) {
  filter_ = std::move(filter);
  invalidateRowsFilter();
}

void LayerProxy::setLayersOnly(bool only) {
  layersOnly_ = only;
  invalidateRowsFilter();
}

bool LayerProxy::filterAcceptsRow(int row, const QModelIndex&) const {
  const LayerRow& layer = source_->layer(row);
  return (!layersOnly_ || layer.now->isLayer) && filter_.matches(layer, source_->totalLatencyMs());
}

bool LayerProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant a = left.data(LayerModel::NumberRole), b = right.data(LayerModel::NumberRole);
  if (a.isValid() && b.isValid()) return a.toDouble() < b.toDouble();
  if (a.isValid() != b.isValid()) return a.isValid() == (sortOrder() == Qt::AscendingOrder);
  return QString::localeAwareCompare(left.data().toString(), right.data().toString()) < 0;
}

}  // namespace ew::widgets
