// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>
#include <memory>
#include <unordered_map>
#include <vector>

#include "widgets/common/project_view.h"

namespace ew::widgets {

/// The current graph as a tree by the parts of its nodes' names ("layer1/conv1/Conv"); folders with a single child are
/// joined with it. Nodes keep their execution order.
class OutlineModel : public QAbstractItemModel {
  Q_OBJECT
 public:
  enum Column { Name, Operator, Parameters, kColumns };
  enum Role { NodeRole = Qt::UserRole, FullNameRole };
  using QAbstractItemModel::QAbstractItemModel;

  void setProject(std::shared_ptr<const ProjectView> project);
  QModelIndex indexOf(NodeId node) const;

  QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  QModelIndex parent(const QModelIndex& index) const override;
  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& = {}) const override { return kColumns; }
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Item {
    QString name;
    const LayerRow* row = nullptr;   ///< null: a folder
    int parent = 0, place = 0;
    std::int64_t parameters = 0;     ///< of everything below
    int nodes = 0;
    std::vector<int> children;
  };
  void insert(const LayerRow& row);
  void joinSingles(int item);
  const Item& at(const QModelIndex& index) const { return items_[static_cast<std::size_t>(index.isValid() ? static_cast<int>(index.internalId()) : 0)]; }

  std::shared_ptr<const ProjectView> project_;
  std::vector<Item> items_{1};       ///< the first is the root
  std::unordered_map<std::string, int> folders_;  ///< by full path
  std::unordered_map<NodeId, int> byNode_;
};

}  // namespace ew::widgets
