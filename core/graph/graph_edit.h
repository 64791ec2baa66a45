// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew {

/// The way to change a Graph (and to build one from nothing). Works on a copy that shares all weights; apply()
/// orders the nodes, drops values that nothing uses any more, and verifies. The original stays as it was.
class GraphEdit {
 public:
  GraphEdit() = default;
  explicit GraphEdit(Graph base) : graph_(std::move(base)) {}

  /// The graph as edited so far. Its node order, producers and consumers are refreshed by refresh() and apply().
  const Graph& graph() const { return graph_; }

  ValueId addValue(std::string name, DType dtype = DType::none, std::optional<Shape> shape = {});
  ValueId addInitializer(std::string name, Tensor tensor);
  /// Takes inputs, outputs, attributes and origin from `node`; gives it a fresh id. A node without origin made
  /// by a pass should name the nodes that it came from; the importer leaves it empty and apply() sets it to its own id.
  NodeId addNode(Node node);
  /// A name that no value has yet, made from `wanted`.
  std::string freshValueName(const std::string& wanted) const;

  void removeNode(NodeId id) { removeNodes({id}); }
  void removeNodes(const std::vector<NodeId>& ids);
  Node& mutableNode(NodeId id);
  Value& mutableValue(ValueId id) { return graph_.values_[static_cast<std::size_t>(id)]; }
  void setInitializer(ValueId id, Tensor tensor);  ///< also sets the value's type and shape
  void removeInitializer(ValueId id);
  /// Every node input, captured value and graph output that reads `from` reads `to` instead. A graph output keeps its name: when
  /// `from` is one, the names of the two values are exchanged.
  void replaceUses(ValueId from, ValueId to);
  void setInputs(std::vector<ValueId> ids) { graph_.inputs_ = std::move(ids); }
  void setOutputs(std::vector<ValueId> ids) { graph_.outputs_ = std::move(ids); }
  void setInitializerInputs(std::vector<ValueId> ids) { graph_.initializerInputs_ = std::move(ids); }
  ModelInfo& mutableInfo() { return graph_.info_; }

  /// Recomputes order and indices so that graph() can be queried between two steps of a pass.
  void refresh();
  /// Removes nodes whose outputs nobody reads, then values and initializers that nothing uses. Returns the names
  /// of the removed nodes.
  std::vector<std::string> removeDead();

  /// The graph as edited so far, for edits that leave nodes, inputs and outputs as they are.
  Graph take() && { return std::move(graph_); }
  /// The finished graph, or Invalid with the first broken invariant. Values that nothing refers to are dropped.
  Result<Graph> apply() &&;

 private:
  bool isSorted() const;
  Status sortNodes();
  void dropUnusedValues();
  Graph graph_;
};

}  // namespace ew
