// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "core/graph/graph.h"
#include "widgets/common/origin_map.h"

namespace ew::widgets {

/// The one selection that every panel shares: nodes of the current graph, with the nodes of the original that they
/// came from. Survives new versions of the model by following origins.
class Selection : public QObject {
  Q_OBJECT
 public:
  explicit Selection(QObject* parent = nullptr);

  /// Called by whoever shows a project before the panels see it.
  void setVersions(std::shared_ptr<const Graph> original, std::shared_ptr<const Graph> current);

  const std::vector<NodeId>& current() const { return current_; }    ///< in the order they were picked
  const std::vector<NodeId>& original() const { return original_; }
  bool empty() const { return current_.empty() && original_.empty(); }
  NodeId primary() const { return current_.empty() ? kNone : current_.back(); }  ///< the last one picked
  bool contains(NodeId node) const;
  QString primaryName() const;                                       ///< display name, empty without a selection

  void select(std::vector<NodeId> nodes);           ///< ids of the current graph
  void selectOriginal(std::vector<NodeId> nodes);   ///< ids of the original graph
  void selectOnly(NodeId node) { select({node}); }
  void toggle(NodeId node);
  void clear() { select({}); }
  /// False when no node of the current graph has this display name.
  bool selectNamed(const QString& name);

  NodeId originalOf(NodeId node) const { return origins_.originalOf(node); }
  NodeId currentOf(NodeId original) const { return origins_.currentOf(original); }

  /// The node under the pointer, so that panels can light it up together; kNone for none.
  void setHovered(NodeId node);
  NodeId hovered() const { return hovered_; }
  /// Nodes that belong to the selection without being selected: layers coupled by pruning.
  void setCoupled(std::vector<NodeId> nodes);
  const std::vector<NodeId>& coupled() const { return coupled_; }

 signals:
  void changed();
  void hoveredChanged(std::int32_t node);
  void coupledChanged();

 private:
  void assign(std::vector<NodeId> current, std::vector<NodeId> original);

  std::shared_ptr<const Graph> originalGraph_, currentGraph_;
  OriginMap origins_;
  std::vector<NodeId> current_, original_, coupled_;
  NodeId hovered_ = kNone;
};

}  // namespace ew::widgets
