// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew::widgets {

/// Nodes first..last-1 in execution order that repeat, operator for operator, what stands before or after them. A
/// range of the execution order can always be drawn as one box without making a cycle.
struct Block {
  std::size_t first = 0, last = 0;
  int family = 0;   ///< blocks of one family are alike
  int number = 0;   ///< 1-based within its family
  int siblings = 0; ///< how many the family has
  std::string name; ///< what the names of its nodes have in common; may be empty
};

/// Repeated blocks of at least three nodes, in order, without overlap. Quantize nodes and constants take no part
/// in telling whether two blocks are alike.
std::vector<Block> findBlocks(const Graph& graph);

}  // namespace ew::widgets
