// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "accel/cpu/memory_plan.h"

namespace ew::cpu {
namespace {

Slot slot(std::size_t bytes, int first, int last) {
  Slot out;
  out.bytes = bytes;
  out.firstStep = first;
  out.lastStep = last;
  return out;
}

TEST(CpuMemory, WhatLivesAtTheSameTimeNeverOverlaps) {
  std::mt19937 random(3);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int round = 0; round < 20; ++round) {
    std::vector<Slot> slots;
    std::size_t all = 0;
    for (int i = 0; i < 60; ++i) {
      const int first = pick(0, 50);
      slots.push_back(slot(static_cast<std::size_t>(pick(1, 5000)), first, first + pick(0, 8)));
      all += slots.back().bytes + 64;
    }
    const std::size_t total = planMemory(slots)->arenaBytes;
    EXPECT_LT(total, all / 2);
    for (const Slot& a : slots) {
      EXPECT_EQ(a.offset % 64, 0U);
      EXPECT_LE(a.offset + a.bytes, total);
      for (const Slot& b : slots) {
        if (&a == &b || a.firstStep > b.lastStep || b.firstStep > a.lastStep) continue;
        EXPECT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset);
      }
    }
  }
}

/// The smallest arena over all orders in which slots can be put at the lowest place.
std::size_t smallestArena(const std::vector<Slot>& slots) {
  std::vector<std::size_t> order(slots.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::size_t best = SIZE_MAX;
  do {
    std::vector<std::pair<std::size_t, std::size_t>> placed;  // slot, offset
    std::size_t total = 0;
    for (const std::size_t i : order) {
      std::size_t offset = 0;
      for (bool moved = true; moved;) {
        moved = false;
        for (const auto& [k, at] : placed) {
          const bool together = slots[i].firstStep <= slots[k].lastStep && slots[k].firstStep <= slots[i].lastStep;
          if (together && offset < at + slots[k].bytes && at < offset + slots[i].bytes) {
            offset = at + slots[k].bytes;
            moved = true;
          }
        }
      }
      placed.emplace_back(i, offset);
      total = std::max(total, offset + slots[i].bytes);
    }
    best = std::min(best, total);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(CpuMemory, IsNearTheSmallestArenaThatBruteForceFinds) {
  std::mt19937 random(11);
  const auto pick = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  int best = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Slot> slots;
    for (int i = 0; i < 7; ++i) {
      const int first = pick(0, 6);
      slots.push_back(slot(static_cast<std::size_t>(pick(1, 12)) * 64, first, first + pick(0, 3)));
    }
    const std::size_t smallest = smallestArena(slots);
    const ArenaPlan plan = planMemory(slots).value();
    EXPECT_GE(plan.arenaBytes, smallest);
    EXPECT_LE(static_cast<double>(plan.arenaBytes), 1.1 * static_cast<double>(smallest));
    EXPECT_LE(plan.lowerBoundBytes, smallest);
    if (plan.arenaBytes == smallest) ++best;
  }
  EXPECT_GE(best, 55);
}

TEST(CpuMemory, AChainNeedsOnlyTwoBuffers) {
  std::vector<Slot> slots;
  for (int i = 0; i < 10; ++i) slots.push_back(slot(6400, i, i + 1));
  EXPECT_EQ(planMemory(slots)->arenaBytes, 12800U);
}

TEST(CpuMemory, APartKeepsItsWholeAlive) {
  std::vector<Slot> slots{slot(640, 5, 6), slot(320, 0, 1), slot(640, 2, 3)};
  slots[1].kind = SlotKind::Part;
  slots[1].parent = 0;
  EXPECT_EQ(planMemory(slots)->arenaBytes, 1280U);  // the whole lives from step 0 on, so the third cannot share its place
}

TEST(CpuMemory, TooMuchIsALimit) {
  std::vector<Slot> slots{slot(std::size_t{17} << 30, 0, 1)};
  EXPECT_EQ(planMemory(slots).error().code, ErrorCode::Limit);
}

}  // namespace
}  // namespace ew::cpu
