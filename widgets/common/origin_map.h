// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <unordered_map>
#include <vector>

#include "core/graph/graph.h"

namespace ew::widgets {

/// QuantizeLinear or DequantizeLinear: shown as the precision of what lies around them, not as layers.
bool isQuantizeNode(const Node& node);

/// Which node of the current graph stands for which node of the original one, from Node::origin.
class OriginMap {
 public:
  OriginMap() = default;
  OriginMap(const Graph& original, const Graph& current);

  /// The node that stands for it in the other version; kNone when there is none.
  NodeId originalOf(NodeId current) const;
  NodeId currentOf(NodeId original) const;

 private:
  std::unordered_map<NodeId, NodeId> toOriginal_, toCurrent_;
};

}  // namespace ew::widgets
