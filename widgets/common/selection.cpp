// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/selection.h"

#include <algorithm>

#include "widgets/common/text.h"

namespace ew::widgets {

Selection::Selection(QObject* parent) : QObject(parent) { setObjectName("selection"); }

void Selection::setVersions(std::shared_ptr<const Graph> original, std::shared_ptr<const Graph> current) {
  if (original == originalGraph_ && current == currentGraph_) return;
  const bool sameModel = original == originalGraph_ && original;
  originalGraph_ = std::move(original);
  currentGraph_ = std::move(current);
  origins_ = originalGraph_ && currentGraph_ ? OriginMap(*originalGraph_, *currentGraph_) : OriginMap();
  hovered_ = kNone;
  coupled_.clear();
  if (sameModel) {
    const std::vector<NodeId> kept = original_;
    std::vector<NodeId> now;
    for (const NodeId id : kept)
      if (const NodeId node = origins_.currentOf(id); node != kNone && std::ranges::find(now, node) == now.end())
        now.push_back(node);
    current_ = std::move(now);
  } else {
    current_.clear();
    original_.clear();
  }
  emit changed();
}

bool Selection::contains(NodeId node) const { return std::ranges::find(current_, node) != current_.end(); }

QString Selection::primaryName() const {
  const Node* node = currentGraph_ ? currentGraph_->node(primary()) : nullptr;
  return node == nullptr ? QString() : shown(displayName(*currentGraph_, *node));
}

void Selection::select(std::vector<NodeId> nodes) {
  std::vector<NodeId> past;
  for (const NodeId id : nodes)
    if (const NodeId from = origins_.originalOf(id); from != kNone && std::ranges::find(past, from) == past.end())
      past.push_back(from);
  assign(std::move(nodes), std::move(past));
}

void Selection::selectOriginal(std::vector<NodeId> nodes) {
  std::vector<NodeId> now;
  for (const NodeId id : nodes)
    if (const NodeId to = origins_.currentOf(id); to != kNone && std::ranges::find(now, to) == now.end())
      now.push_back(to);
  assign(std::move(now), std::move(nodes));
}

void Selection::toggle(NodeId node) {
  std::vector<NodeId> nodes = current_;
  if (std::erase(nodes, node) == 0) nodes.push_back(node);
  select(std::move(nodes));
}

bool Selection::selectNamed(const QString& name) {
  if (!currentGraph_) return false;
  const Node* node = currentGraph_->nodeNamed(name.toStdString());
  if (node == nullptr) return false;
  selectOnly(node->id);
  return true;
}

void Selection::setHovered(NodeId node) {
  if (node == hovered_) return;
  hovered_ = node;
  emit hoveredChanged(node);
}

void Selection::setCoupled(std::vector<NodeId> nodes) {
  if (nodes == coupled_) return;
  coupled_ = std::move(nodes);
  emit coupledChanged();
}

void Selection::assign(std::vector<NodeId> current, std::vector<NodeId> original) {
  if (current == current_ && original == original_) return;
  current_ = std::move(current);
  original_ = std::move(original);
  emit changed();
}

}  // namespace ew::widgets
