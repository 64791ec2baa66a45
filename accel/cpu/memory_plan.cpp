// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/memory_plan.h"

#include <algorithm>
#include <numeric>

namespace ew::cpu {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t largestArena = std::size_t{16} << 30;

std::size_t rounded(std::size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

void addLifetimesOfParts(std::vector<Slot>& slots) {
  for (const Slot& slot : slots) {
    if (slot.kind != SlotKind::Part || slot.firstStep < 0) continue;
    const Slot* holder = &slot;
    while (holder->kind == SlotKind::Part) holder = &slots[static_cast<std::size_t>(holder->parent)];
    Slot& root = slots[static_cast<std::size_t>(holder - slots.data())];
    root.firstStep = root.firstStep < 0 ? slot.firstStep : std::min(root.firstStep, slot.firstStep);
    root.lastStep = std::max(root.lastStep, slot.lastStep);
  }
}

bool liveTogether(const Slot& a, const Slot& b) { return a.firstStep <= b.lastStep && b.firstStep <= a.lastStep; }

/// The lowest offset where `slot` fits between the placed slots that live at the same time.
std::size_t lowestFit(const Slot& slot, const std::vector<const Slot*>& placedByOffset) {
  std::size_t offset = 0;
  for (const Slot* other : placedByOffset) {
    if (!liveTogether(slot, *other)) continue;
    if (offset + rounded(slot.bytes) <= other->offset) break;
    offset = std::max(offset, other->offset + rounded(other->bytes));
  }
  return offset;
}

}  // namespace

Result<std::size_t> planMemory(std::vector<Slot>& slots) {
  addLifetimesOfParts(slots);
  std::vector<Slot*> order;
  for (Slot& slot : slots)
    if (slot.kind == SlotKind::Arena && slot.firstStep >= 0) order.push_back(&slot);
  std::stable_sort(order.begin(), order.end(), [](const Slot* a, const Slot* b) { return a->bytes > b->bytes; });
  std::vector<const Slot*> placed;
  std::size_t total = 0;
  for (Slot* slot : order) {
    slot->offset = lowestFit(*slot, placed);
    total = std::max(total, slot->offset + rounded(slot->bytes));
    if (total > largestArena) return limitReached("intermediate values need more than 16 GiB");
    const auto after = [](const Slot* a, const Slot* b) { return a->offset < b->offset; };
    placed.insert(std::upper_bound(placed.begin(), placed.end(), slot, after), slot);
  }
  return total;
}

}  // namespace ew::cpu
