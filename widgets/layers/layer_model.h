// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <memory>

#include "widgets/common/layer_filter.h"
#include "widgets/common/project_view.h"

namespace ew::widgets {

/// The layers of a project, one a row; columns as in layerColumns().
class LayerModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Role {
    NumberRole = Qt::UserRole,  ///< double, for sorting; invalid when unknown
    BeforeRole,                 ///< text of the original where it differs from the current
    BarRole,                    ///< double 0..1 for columns with a bar
    BeforeBarRole,              ///< the same of the original
  };
  using QAbstractTableModel::QAbstractTableModel;

  void setProject(std::shared_ptr<const ProjectView> project);
  const LayerRow& layer(int row) const { return project_->layers.rows()[static_cast<std::size_t>(row)]; }
  int rowOf(NodeId node) const;  ///< -1 when it has none
  double totalLatencyMs() const { return project_ ? project_->layers.totalLatencyMs() : 0; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString before(const QModelIndex& index) const;
  std::shared_ptr<const ProjectView> project_;
};

/// Sorts by number where there is one (unknown last), keeps what the filter line and the layers-only switch let pass.
class LayerProxy : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit LayerProxy(LayerModel* source, QObject* parent);
  void setFilter(LayerFilter filter);
  void setLayersOnly(bool only);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  LayerModel* source_;
  LayerFilter filter_;
  bool layersOnly_ = true;
};

}  // namespace ew::widgets
