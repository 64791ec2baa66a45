// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "accel/vulkan/pipelines.h"
#include "core/graph/graph.h"

namespace ew::vulkan {

using SlotId = std::int32_t;
inline constexpr SlotId noSlot = -1;

/// 32-bit words for push constants and tables.
class Words {
 public:
  Words& u(std::int64_t value) { return push(static_cast<std::uint32_t>(value)); }  ///< signed or unsigned
  Words& f(float value) { return push(std::bit_cast<std::uint32_t>(value)); }
  /// As many as `values` has, then zeros up to `count`.
  Words& list(const Dims& values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) u(i < values.size() ? values[i] : 0);
    return *this;
  }
  const std::vector<std::uint32_t>& all() const { return words_; }

 private:
  Words& push(std::uint32_t word) {
    words_.push_back(word);
    return *this;
  }
  std::vector<std::uint32_t> words_;
};

/// A region of device memory: a constant, or a value that lives from one dispatch to another and then makes room.
struct Slot {
  bool constant = false;
  std::uint64_t bytes = 0, offset = 0;
  int first = -1, last = -1;  ///< dispatches that use it; -1 before the first
};

/// One call of a shader.
struct Dispatch {
  ShaderId shader{};
  std::vector<std::uint32_t> constants;  ///< specialization
  Words push;
  std::array<SlotId, bindingCount> slots{noSlot, noSlot, noSlot, noSlot, noSlot};  ///< the last is written
  std::array<std::uint32_t, 3> groups{1, 1, 1};
};

/// Dispatches that one node (or fused group) became, for the trace.
struct Step {
  NodeId node = kNone;
  std::vector<NodeId> fused;
  std::string kernel = "view";
  std::uint64_t bytes = 0;
  std::size_t first = 0, end = 0;
};

/// A value that crosses between host and device.
struct Crossing {
  ValueId value = kNone;
  SlotId slot = noSlot;      ///< noSlot: `constant` (or, for an input, that nobody reads it)
  DType dtype = DType::none;
  Dims dims;
  Tensor constant;
  std::uint64_t offset = 0;  ///< in the staging buffer
};

struct Program {
  std::vector<Slot> slots;
  std::vector<Dispatch> dispatches;
  std::vector<Step> steps;
  std::vector<Crossing> inputs, outputs, observed;
  std::vector<std::uint32_t> constants;  ///< content of the constant slots; dropped when uploaded
  std::uint64_t arenaBytes = 0, uploadBytes = 0, downloadBytes = 0;
};

}  // namespace ew::vulkan
