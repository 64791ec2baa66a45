// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "accel/cpu/storage.h"

namespace ew::cpu {

/// What the planner found.
struct ArenaPlan {
  std::size_t arenaBytes = 0;
  std::size_t lowerBoundBytes = 0;  ///< most bytes alive at one step
  std::string method;               ///< as MemoryPlan has it
};

/// Gives every Arena slot an offset so that slots alive at the same step never overlap. Tries greedy by size (largest
/// first, each at the lowest free place) and best fit (as they are born, each in the smallest hole); when both leave more
/// than a little unused, a bounded search over other orders. Keeps the smallest. Always the same result for the same
/// slots. Lifetimes of parts count for their parents. Limit when it is more than 16 GiB or most of the machine's memory.
Result<ArenaPlan> planMemory(std::vector<Slot>& slots);

}  // namespace ew::cpu
