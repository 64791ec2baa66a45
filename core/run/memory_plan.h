// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"

namespace ew {

/// One piece of memory in the arena of an executable: a value, a view's parent, or scratch of one step.
struct PlannedTensor {
  std::vector<ValueId> values;  ///< that lie here, in place of each other or as parts; empty: scratch or another layout
  std::size_t bytes = 0, offset = 0;
  std::size_t birth = 0, death = 0;  ///< first and last step that touches it, both included
};

/// What one step touches, as indices into MemoryPlan::tensors; work in place reads and writes the same one.
struct PlannedAccess {
  std::vector<std::size_t> reads, writes;
};

/// Where everything lies during a run: one arena, a piece reused as soon as nobody needs what was in it.
struct MemoryPlan {
  std::vector<NodeId> steps;  ///< node that each step belongs to, in execution order
  std::vector<PlannedAccess> accesses;  ///< by step; what is handed out after a step counts as read by it
  std::vector<PlannedTensor> tensors;
  std::size_t alignment = 64;       ///< of every offset
  std::size_t arenaBytes = 0;
  std::size_t lowerBoundBytes = 0;  ///< most bytes alive at one step: no plan can be smaller
  std::string method;               ///< "greedy by size", "best fit" or "search": the smallest is kept
};

/// Bytes of all tensors alive at each step: the memory timeline. Its maximum is the lower bound.
std::vector<std::size_t> bytesAlive(const MemoryPlan& plan);

/// Proves from the plan alone, without the planner's code, that the run is safe: every tensor lies aligned inside the
/// arena, lives exactly from the step that first writes it to the last that touches it, and shares no byte with another
/// one that lives at the same step. Internal with the first broken rule.
Status checkMemoryPlan(const MemoryPlan& plan);

}  // namespace ew
