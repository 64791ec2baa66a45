// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "accel/cpu/builder.h"
#include "core/base/progress.h"

namespace ew::cpu {

/// A value that somebody outside wants to see: an output or an observed one.
struct Seen {
  ValueId value = kNone;
  SlotId slot = kNoSlot;       ///< kNoSlot: `constant`
  DType dtype = DType::none;
  std::optional<Dims> dims;    ///< nothing: known when computed
  Tensor constant;
};

/// Steps that one node (or fused group) became, for the trace.
struct GroupInfo {
  NodeId node = kNone;
  std::vector<NodeId> fused;
  std::string kernel;
  std::uint64_t bytes = 0;
  std::size_t firstStep = 0, endStep = 0;
  std::vector<Seen> observed;      ///< reported when the group has run
  std::vector<SlotId> release;     ///< dynamic tensors that nobody reads afterwards
};

/// A compiled graph: what to do in which order, and where everything lies.
struct Program {
  std::vector<GroupInfo> groups;
  std::vector<Step> steps;
  std::vector<Slot> slots;
  std::vector<std::shared_ptr<const void>> held;  ///< what kernels derived from constants
  MemoryPlan memory;               ///< of the Arena slots
  std::vector<Seen> outputs;
  std::vector<Seen> constants;     ///< observed values that are constant
};

/// `computed` are observed values that constant folding took away.
Result<Program> compileProgram(const Graph& graph, const std::map<ValueId, Tensor>& computed, const CompileOptions& options,
                               Progress& progress);

}  // namespace ew::cpu
