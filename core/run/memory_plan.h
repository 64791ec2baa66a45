// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew {

/// One piece of memory in the arena of an executable: a value, a view's parent, or scratch of one step.
struct PlannedTensor {
  std::vector<ValueId> values;  ///< that lie here, in place of each other or as parts; empty: scratch or another layout
  std::size_t bytes = 0, offset = 0;
  std::size_t birth = 0, death = 0;  ///< first and last step that touches it, both included
};

/// Where everything lies during a run: one arena, a piece reused as soon as nobody needs what was in it.
struct MemoryPlan {
  std::vector<NodeId> steps;  ///< node that each step belongs to, in execution order
  std::vector<PlannedTensor> tensors;
  std::size_t arenaBytes = 0;
  std::size_t lowerBoundBytes = 0;  ///< most bytes alive at one step: no plan can be smaller
  std::string method;               ///< "greedy by size" or "best fit": the smaller of both is kept
};

}  // namespace ew
