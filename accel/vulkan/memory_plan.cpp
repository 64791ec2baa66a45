// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/memory_plan.h"

#include <algorithm>

namespace ew::vulkan {

std::uint64_t planMemory(std::vector<Slot>& slots, std::uint64_t alignment) {
  const auto end = [alignment](const Slot& slot) { return slot.offset + (slot.bytes + alignment - 1) / alignment * alignment; };
  std::vector<Slot*> order, placed;  // placed: by offset
  for (Slot& slot : slots)
    if (!slot.constant) order.push_back(&slot);
  std::ranges::stable_sort(order, [](const Slot* a, const Slot* b) { return a->bytes > b->bytes; });
  std::uint64_t total = 0;
  for (Slot* slot : order) {
    slot->offset = 0;
    for (const Slot* other : placed) {
      if (slot->first > other->last || other->first > slot->last) continue;
      if (end(*slot) <= other->offset) break;
      slot->offset = std::max(slot->offset, end(*other));
    }
    total = std::max(total, end(*slot));
    placed.insert(std::ranges::upper_bound(placed, slot->offset, {}, &Slot::offset), slot);
  }
  return total;
}

}  // namespace ew::vulkan
