// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/memory_plan.h"

#include <unistd.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/text.h"

namespace ew::cpu {
namespace {

constexpr std::size_t alignment = 64;

/// 16 GiB, and three quarters of the machine's memory: a process that fills it is killed.
std::size_t largestArena() {
  static const std::size_t bytes = std::min(std::size_t{16} << 30, static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) / 4 * 3 * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
  return bytes;
}

Error tooLarge(std::size_t bytes) {
  return limitReached("intermediate values need " + byteText(static_cast<double>(bytes)) + ", over the limit of " + byteText(static_cast<double>(largestArena())));
}

constexpr int mostTries = 60;            ///< of the search
constexpr double goodEnough = 1.01;      ///< times the lower bound: no search

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

enum class Fit { Lowest, Smallest };  ///< the lowest hole that is large enough, or the smallest

using Order = std::vector<std::size_t>;

/// Places for all items of one arena, in any order.
class Arena {
 public:
  explicit Arena(std::vector<Slot*> items) : items_(std::move(items)), neighbours_(items_.size()), offsets_(items_.size()) {
    for (std::size_t i = 0; i < items_.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (items_[i]->firstStep <= items_[k]->lastStep && items_[k]->firstStep <= items_[i]->lastStep) {
          neighbours_[i].push_back(k);
          neighbours_[k].push_back(i);
        }
  }

  std::size_t size() const { return items_.size(); }
  const Slot& item(std::size_t i) const { return *items_[i]; }

  /// Bytes of the arena.
  std::size_t place(const Order& order, Fit fit) {
    std::fill(offsets_.begin(), offsets_.end(), unplaced);
    std::size_t total = 0;
    for (const std::size_t i : order) {
      offsets_[i] = hole(i, fit);
      total = std::max(total, end(i));
    }
    return total;
  }

  /// An item that ends where the arena ends.
  std::size_t topmost() const {
    std::size_t top = 0;
    for (std::size_t i = 1; i < items_.size(); ++i)
      if (end(i) > end(top)) top = i;
    return top;
  }

  void keep() { kept_ = offsets_; }
  void finish() const {
    for (std::size_t i = 0; i < items_.size(); ++i) items_[i]->offset = kept_[i];
  }

 private:
  static constexpr std::size_t unplaced = std::numeric_limits<std::size_t>::max();

  std::size_t end(std::size_t i) const { return offsets_[i] + rounded(items_[i]->bytes); }

  std::size_t hole(std::size_t item, Fit fit) {
    taken_.clear();
    for (const std::size_t other : neighbours_[item])
      if (offsets_[other] != unplaced) taken_.emplace_back(offsets_[other], end(other));
    std::sort(taken_.begin(), taken_.end());
    const std::size_t wanted = rounded(items_[item]->bytes);
    std::size_t from = 0, best = unplaced, bestSize = unplaced;
    for (const auto& [begin, finish] : taken_) {
      if (from + wanted <= begin) {
        if (fit == Fit::Lowest) return from;
        if (begin - from < bestSize) {
          best = from;
          bestSize = begin - from;
        }
      }
      from = std::max(from, finish);
    }
    return best == unplaced ? from : best;
  }

  std::vector<Slot*> items_;
  std::vector<std::vector<std::size_t>> neighbours_;  ///< that live at the same time
  std::vector<std::size_t> offsets_, kept_;
  std::vector<std::pair<std::size_t, std::size_t>> taken_;
};

template <class Key>
Order sortedBy(const Arena& arena, Key key) {
  Order order(arena.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(arena.item(a)) < key(arena.item(b)); });
  return order;
}

/// What stands out at the top is placed earlier the next time.
void search(Arena& arena, Order order, ArenaPlan& best) {
  for (int i = 0; i < mostTries && static_cast<double>(best.arenaBytes) > goodEnough * static_cast<double>(best.lowerBoundBytes); ++i) {
    const std::size_t bytes = arena.place(order, Fit::Lowest);
    if (bytes < best.arenaBytes) {
      best.arenaBytes = bytes;
      best.method = "search";
      arena.keep();
    }
    const auto top = std::find(order.begin(), order.end(), arena.topmost());
    if (top == order.begin()) return;
    std::rotate(order.begin() + (top - order.begin()) / 2, top, top + 1);
  }
}

std::size_t mostAlive(const std::vector<Slot*>& items) {
  std::vector<std::ptrdiff_t> change;
  for (const Slot* item : items) {
    change.resize(std::max(change.size(), static_cast<std::size_t>(item->lastStep) + 2), 0);
    change[static_cast<std::size_t>(item->firstStep)] += static_cast<std::ptrdiff_t>(item->bytes);
    change[static_cast<std::size_t>(item->lastStep) + 1] -= static_cast<std::ptrdiff_t>(item->bytes);
  }
  std::ptrdiff_t alive = 0, most = 0;
  for (const std::ptrdiff_t c : change) most = std::max(most, alive += c);
  return static_cast<std::size_t>(most);
}

}  // namespace

Result<ArenaPlan> planMemory(std::vector<Slot>& slots) {
  addLifetimesOfParts(slots);
  std::vector<Slot*> items;
  for (Slot& slot : slots) {
    if (slot.kind != SlotKind::Arena || slot.firstStep < 0) continue;
    if (slot.bytes > largestArena()) return tooLarge(slot.bytes);
    items.push_back(&slot);
  }
  ArenaPlan best;
  if (items.empty()) return best;
  best.lowerBoundBytes = mostAlive(items);
  if (best.lowerBoundBytes > largestArena()) return tooLarge(best.lowerBoundBytes);
  Arena arena(std::move(items));
  const Order bySize = sortedBy(arena, [](const Slot& slot) { return std::pair(-static_cast<std::ptrdiff_t>(slot.bytes), slot.firstStep); });
  const Order byBirth = sortedBy(arena, [](const Slot& slot) { return std::pair(slot.firstStep, -static_cast<std::ptrdiff_t>(slot.bytes)); });
  best.arenaBytes = arena.place(bySize, Fit::Lowest);
  best.method = "greedy by size";
  arena.keep();
  if (const std::size_t bytes = arena.place(byBirth, Fit::Smallest); bytes < best.arenaBytes) {
    best.arenaBytes = bytes;
    best.method = "best fit";
    arena.keep();
  }
  search(arena, bySize, best);
  search(arena, byBirth, best);
  if (best.arenaBytes > largestArena()) return tooLarge(best.arenaBytes);
  arena.finish();
  return best;
}

}  // namespace ew::cpu
