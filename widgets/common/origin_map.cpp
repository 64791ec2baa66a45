// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/origin_map.h"

namespace ew::widgets {
namespace {

NodeId find(const std::unordered_map<NodeId, NodeId>& map, NodeId id) {
  const auto it = map.find(id);
  return it == map.end() ? kNone : it->second;
}

}  // namespace

bool isQuantizeNode(const Node& node) {
  return node.opType == "QuantizeLinear" || node.opType == "DequantizeLinear";
}

OriginMap::OriginMap(const Graph& original, const Graph& current) {
  // A fused node has several origins, and the quantize nodes around a layer share its origin: the node of the
  // same operator wins, then any node that is not a quantize node.
  std::unordered_map<NodeId, int> rank;
  for (const Node& node : current.nodes()) {
    NodeId best = kNone;
    int bestRank = -1;
    for (const NodeId from : node.origin) {
      const Node* source = original.node(from);
      if (source == nullptr) continue;
      const int fit = source->opType == node.opType ? 2 : isQuantizeNode(node) ? 0 : 1;
      if (fit > bestRank) {
        bestRank = fit;
        best = from;
      }
      const auto [it, fresh] = rank.try_emplace(from, fit);
      if (fresh || fit > it->second) {
        it->second = fit;
        toCurrent_[from] = node.id;
      }
    }
    if (best != kNone) toOriginal_[node.id] = best;
  }
}

NodeId OriginMap::originalOf(NodeId current) const { return find(toOriginal_, current); }
NodeId OriginMap::currentOf(NodeId original) const { return find(toCurrent_, original); }

}  // namespace ew::widgets
