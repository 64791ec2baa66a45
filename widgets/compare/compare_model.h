// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "core/analysis/analysis.h"

namespace ew::widgets {

/// What changed between two versions, layer by layer.
class CompareModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  enum Column { Layer, Change, Shape, Precision, Parameters, Size, Macs, Sparsity, kColumns };
  enum Role { SortRole = Qt::UserRole, KindRole };
  using QAbstractTableModel::QAbstractTableModel;

  void setRows(std::vector<analysis::LayerDelta> rows);
  const analysis::LayerDelta& delta(int row) const { return rows_[static_cast<std::size_t>(row)]; }
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : kColumns; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString text(const analysis::LayerDelta& delta, int column) const;
  std::vector<analysis::LayerDelta> rows_;
};

}  // namespace ew::widgets
