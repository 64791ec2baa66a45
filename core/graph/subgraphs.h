// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"

namespace ew {

/// One subgraph of a node, with the outer values that stand for its last inputs.
struct SubgraphUse {
  std::string_view attribute;
  const Subgraph* subgraph = nullptr;
  std::span<const ValueId> captures;
};

/// The subgraphs of a node in order of their attributes' names. Views into the node: gone when it changes.
std::vector<SubgraphUse> subgraphsOf(const Node& node);
bool hasSubgraphs(const Node& node);

/// Outer values that attributes kept as bytes (lists of graphs) read by name: such a value keeps its name and its
/// producer. They follow the captures of the subgraphs.
std::span<const ValueId> capturesByName(const Node& node);

/// Nodes of the graph and of all graphs inside them.
std::size_t countNodes(const Graph& graph);

}  // namespace ew
