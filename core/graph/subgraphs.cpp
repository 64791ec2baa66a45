// SPDX-License-Identifier: Apache-2.0
#include "core/graph/subgraphs.h"

#include <algorithm>

namespace ew {

std::vector<SubgraphUse> subgraphsOf(const Node& node) {
  std::vector<SubgraphUse> out;
  std::span<const ValueId> left = node.captures;
  for (const auto& [name, value] : node.attributes.all()) {
    const auto* subgraph = std::get_if<SubgraphPtr>(&value);
    if (subgraph == nullptr || *subgraph == nullptr) continue;
    const std::size_t count = std::min((*subgraph)->captures, left.size());
    out.push_back({name, subgraph->get(), left.first(count)});
    left = left.subspan(count);
  }
  return out;
}

bool hasSubgraphs(const Node& node) {
  return std::ranges::any_of(node.attributes.all(), [](const auto& entry) {
    return std::holds_alternative<SubgraphPtr>(entry.second);
  });
}

std::span<const ValueId> capturesByName(const Node& node) {
  std::size_t bound = 0;
  for (const SubgraphUse& use : subgraphsOf(node)) bound += use.captures.size();
  return std::span<const ValueId>(node.captures).subspan(bound);
}

std::size_t countNodes(const Graph& graph) {
  std::size_t count = graph.nodes().size();
  for (const Node& node : graph.nodes())
    for (const SubgraphUse& use : subgraphsOf(node)) count += countNodes(use.subgraph->graph);
  return count;
}

}  // namespace ew
