// SPDX-License-Identifier: Apache-2.0
#include "core/run/memory_plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace ew {
namespace {

/// Three steps: the first writes 0, the second makes 1 of it, the third 2 of 1 over the place of 0.
MemoryPlan chain() {
  MemoryPlan plan;
  plan.steps = {10, 11, 12};
  plan.accesses = {{{}, {0}}, {{0}, {1}}, {{1}, {2}}};
  plan.tensors = {{{}, 100, 0, 0, 1}, {{}, 100, 128, 1, 2}, {{}, 128, 0, 2, 2}};
  plan.arenaBytes = 256;
  plan.lowerBoundBytes = 228;
  return plan;
}

std::string verdict(const MemoryPlan& plan) {
  const Status status = checkMemoryPlan(plan);
  return status.ok() ? "" : status.error().text();
}

TEST(MemoryPlan, ASafeOnePasses) {
  EXPECT_EQ(verdict(chain()), "");
  EXPECT_EQ(verdict({}), "");
  EXPECT_EQ(bytesAlive(chain()), (std::vector<std::size_t>{100, 200, 228}));
}

TEST(MemoryPlan, EachBrokenRuleIsNamed) {
  const auto broken = [](const std::function<void(MemoryPlan&)>& breakIt) {
    MemoryPlan plan = chain();
    breakIt(plan);
    return verdict(plan);
  };
  const auto names = [](const std::string& text, const char* words) { return text.find(words) != std::string::npos; };
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[1].offset = 64; }), "share bytes at step 1"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[2].offset = 128; }), "share bytes at step 2"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[1].offset = 130; }), "not aligned"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[1].offset = 192; }), "outside the arena"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[1].bytes = SIZE_MAX; }), "outside the arena"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[0].death = 0; }), "touched in 0 to 1"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[1].birth = 0; }), "touched in 1 to 2"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.tensors[1].death = 3; }), "no lifetime"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.accesses[1].reads = {0, 2}; }), "before it is written"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.accesses[2] = {}; }), "touched in 1 to 1"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.accesses[2].reads = {7}; }), "not there"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.accesses.pop_back(); }), "what it touches"));
  EXPECT_TRUE(names(broken([](MemoryPlan& p) { p.lowerBoundBytes = 1; }), "lower bound"));
}

/// The checker against a look at every byte in every step.
TEST(MemoryPlan, RandomPlansAreJudgedAsByLookingAtEveryByte) {
  std::mt19937 random(5);
  const auto pick = [&](std::size_t low, std::size_t high) { return std::uniform_int_distribution<std::size_t>(low, high)(random); };
  int safe = 0, unsafe = 0;
  for (int round = 0; round < 400; ++round) {
    MemoryPlan plan;
    constexpr std::size_t steps = 6;
    plan.alignment = 4;
    plan.arenaBytes = 48;
    plan.steps.assign(steps, 0);
    plan.accesses.resize(steps);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t birth = pick(0, steps - 1), death = pick(birth, steps - 1), bytes = pick(1, 12);
      plan.tensors.push_back({{}, bytes, pick(0, 9) * 4, birth, death});
      plan.accesses[birth].writes.push_back(i);
      plan.accesses[death].reads.push_back(i);
    }
    bool overlaps = false;
    std::size_t most = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      std::vector<int> owners(plan.arenaBytes, 0);
      std::size_t alive = 0;
      for (const PlannedTensor& tensor : plan.tensors) {
        if (step < tensor.birth || step > tensor.death) continue;
        alive += tensor.bytes;
        for (std::size_t b = 0; b < tensor.bytes; ++b) overlaps = overlaps || ++owners[tensor.offset + b] > 1;
      }
      most = std::max(most, alive);
    }
    plan.lowerBoundBytes = most;
    EXPECT_EQ(verdict(plan).empty(), !overlaps) << verdict(plan);
    ++(overlaps ? unsafe : safe);
  }
  EXPECT_GT(safe, 20);
  EXPECT_GT(unsafe, 20);
}

}  // namespace
}  // namespace ew
