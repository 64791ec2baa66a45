// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/outline/outline_model.h"

#include <algorithm>

#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/common/units.h"

namespace ew::widgets {

void OutlineModel::setProject(std::shared_ptr<const ProjectView> project) {
  beginResetModel();
  project_ = std::move(project);
  items_.assign(1, Item());
  folders_.clear();
  byNode_.clear();
  if (project_)
    for (const LayerRow& row : project_->layers.rows()) insert(row);
  joinSingles(0);
  for (std::size_t i = 0; i < items_.size(); ++i)
    for (std::size_t place = 0; place < items_[i].children.size(); ++place) {
      Item& child = items_[static_cast<std::size_t>(items_[i].children[place])];
      child.parent = static_cast<int>(i);
      child.place = static_cast<int>(place);
    }
  endResetModel();
}

void OutlineModel::insert(const LayerRow& row) {
  // Names are paths with '/', or with '.' where there is no '/'.
  const std::string& name = row.now->name;
  const QChar separator = name.find('/') != std::string::npos ? '/' : '.';
  const QStringList parts = shown(name).split(separator, Qt::SkipEmptyParts);
  int parent = 0;
  QString path;
  for (qsizetype i = 0; i + 1 < parts.size(); ++i) {
    path += separator + parts[i];
    const auto [it, fresh] = folders_.try_emplace(path.toStdString(), static_cast<int>(items_.size()));
    if (fresh) {
      Item folder;
      folder.name = parts[i];
      folder.parent = parent;
      items_.push_back(std::move(folder));
      items_[static_cast<std::size_t>(parent)].children.push_back(it->second);
    }
    parent = it->second;
  }
  const int index = static_cast<int>(items_.size());
  Item leaf;
  leaf.name = parts.isEmpty() ? shown(name) : parts.last();
  leaf.row = &row;
  leaf.parent = parent;
  leaf.parameters = row.now->parameters;
  items_.push_back(std::move(leaf));
  items_[static_cast<std::size_t>(parent)].children.push_back(index);
  byNode_[row.node] = index;
  for (int up = parent; up != 0; up = items_[static_cast<std::size_t>(up)].parent) {
    items_[static_cast<std::size_t>(up)].parameters += row.now->parameters;
    ++items_[static_cast<std::size_t>(up)].nodes;
  }
}

/// "conv1" with the only child "Conv" becomes the node "conv1/Conv".
void OutlineModel::joinSingles(int root) {
  std::vector<int> stack{root};
  while (!stack.empty()) {
    const int item = stack.back();
    stack.pop_back();
    for (int& child : items_[static_cast<std::size_t>(item)].children) {
      while (items_[static_cast<std::size_t>(child)].children.size() == 1) {
        const QString outer = items_[static_cast<std::size_t>(child)].name;
        child = items_[static_cast<std::size_t>(child)].children.front();
        Item& inner = items_[static_cast<std::size_t>(child)];
        inner.name = outer + '/' + inner.name;
      }
      stack.push_back(child);
    }
  }
}

QModelIndex OutlineModel::indexOf(NodeId node) const {
  const auto it = byNode_.find(node);
  if (it == byNode_.end()) return {};
  return createIndex(items_[static_cast<std::size_t>(it->second)].place, 0, static_cast<quintptr>(it->second));
}

QModelIndex OutlineModel::index(int row, int column, const QModelIndex& parent) const {
  const Item& above = at(parent);
  if (row < 0 || column < 0 || column >= kColumns || static_cast<std::size_t>(row) >= above.children.size() || parent.column() > 0) return {};
  return createIndex(row, column, static_cast<quintptr>(above.children[static_cast<std::size_t>(row)]));
}

QModelIndex OutlineModel::parent(const QModelIndex& index) const {
  if (!index.isValid()) return {};
  const int up = at(index).parent;
  return up == 0 ? QModelIndex() : createIndex(items_[static_cast<std::size_t>(up)].place, 0, static_cast<quintptr>(up));
}

int OutlineModel::rowCount(const QModelIndex& parent) const { return parent.column() > 0 ? 0 : static_cast<int>(at(parent).children.size()); }

QVariant OutlineModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Item& item = at(index);
  switch (role) {
    case NodeRole: return item.row == nullptr ? QVariant() : QVariant(item.row->node);
    case FullNameRole: return item.row == nullptr ? item.name : shown(item.row->now->name + ' ' + item.row->now->op);
    case Qt::ToolTipRole: return item.row == nullptr ? tr("%1: %2 nodes").arg(item.name).arg(item.nodes) : shown(item.row->now->name);
    case Qt::TextAlignmentRole: return static_cast<int>((index.column() == Parameters ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole: return index.column() == Name ? QVariant() : QVariant(theme().muted);
    case Qt::DisplayRole: break;
    default: return {};
  }
  if (index.column() == Name) return item.name;
  if (index.column() == Operator) return item.row == nullptr ? QString() : shown(item.row->now->op);
  return item.parameters == 0 ? QString() : quantity(Quantity::Count, static_cast<double>(item.parameters));
}

QVariant OutlineModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return static_cast<int>((section == Parameters ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  return section == Name ? tr("Name") : section == Operator ? tr("Operator") : tr("Parameters");
}

}  // namespace ew::widgets
