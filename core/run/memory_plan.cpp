// SPDX-License-Identifier: Apache-2.0
#include "core/run/memory_plan.h"

#include <algorithm>
#include <map>
#include <optional>

namespace ew {
namespace {

std::string name(std::size_t tensor) { return "planned tensor " + std::to_string(tensor); }

Status checkPlaces(const MemoryPlan& plan) {
  if (plan.alignment == 0) return internalError("a memory plan without alignment");
  for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
    const PlannedTensor& tensor = plan.tensors[i];
    if (tensor.birth > tensor.death || tensor.death >= plan.steps.size()) return internalError(name(i) + " has no lifetime among the steps");
    if (tensor.offset % plan.alignment != 0) return internalError(name(i) + " is not aligned to " + std::to_string(plan.alignment) + " bytes");
    if (tensor.bytes > plan.arenaBytes || tensor.offset > plan.arenaBytes - tensor.bytes)
      return internalError(name(i) + " ends outside the arena of " + std::to_string(plan.arenaBytes) + " bytes");
  }
  return {};
}

/// Lifetimes as the steps have them.
Status checkLifetimes(const MemoryPlan& plan) {
  if (plan.accesses.size() != plan.steps.size()) return internalError("a memory plan must say of each step what it touches");
  struct Life { std::optional<std::size_t> first, firstWrite, last; };
  std::vector<Life> lives(plan.tensors.size());
  for (std::size_t step = 0; step < plan.accesses.size(); ++step) {
    const auto touch = [&](const std::vector<std::size_t>& touched, bool write) -> Status {
      for (const std::size_t i : touched) {
        if (i >= lives.size()) return internalError("step " + std::to_string(step) + " touches " + name(i) + ", which is not there");
        if (!lives[i].first) lives[i].first = step;
        if (write && !lives[i].firstWrite) lives[i].firstWrite = step;
        lives[i].last = step;
      }
      return {};
    };
    EW_TRY(touch(plan.accesses[step].reads, false));
    EW_TRY(touch(plan.accesses[step].writes, true));
  }
  for (std::size_t i = 0; i < lives.size(); ++i) {
    if (!lives[i].first) return internalError("no step touches " + name(i));
    if (lives[i].firstWrite != lives[i].first) return internalError("step " + std::to_string(*lives[i].first) + " reads " + name(i) + " before it is written");
    if (plan.tensors[i].birth != *lives[i].first || plan.tensors[i].death != *lives[i].last)
      return internalError(name(i) + " is planned for steps " + std::to_string(plan.tensors[i].birth) + " to " + std::to_string(plan.tensors[i].death) +
                           " but touched in " + std::to_string(*lives[i].first) + " to " + std::to_string(*lives[i].last));
  }
  return {};
}

/// Goes through the steps with a map of what is taken; a newcomer must fit between its neighbours.
Status checkOverlaps(const MemoryPlan& plan) {
  std::vector<std::vector<std::size_t>> born(plan.steps.size()), dead(plan.steps.size());
  for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
    if (plan.tensors[i].bytes == 0) continue;
    born[plan.tensors[i].birth].push_back(i);
    dead[plan.tensors[i].death].push_back(i);
  }
  std::map<std::size_t, std::size_t> taken;  // offset -> tensor
  for (std::size_t step = 0; step < plan.steps.size(); ++step) {
    for (const std::size_t i : born[step]) {
      const PlannedTensor& tensor = plan.tensors[i];
      const auto next = taken.lower_bound(tensor.offset);
      const auto overlap = [&](std::size_t other) {
        return internalError(name(i) + " and " + name(other) + " share bytes at step " + std::to_string(step));
      };
      if (next != taken.end() && next->first < tensor.offset + tensor.bytes) return overlap(next->second);
      if (next != taken.begin()) {
        const auto& [offset, before] = *std::prev(next);
        if (offset + plan.tensors[before].bytes > tensor.offset) return overlap(before);
      }
      taken.emplace(tensor.offset, i);
    }
    for (const std::size_t i : dead[step]) taken.erase(plan.tensors[i].offset);
  }
  return {};
}

}  // namespace

std::vector<std::size_t> bytesAlive(const MemoryPlan& plan) {
  std::vector<std::size_t> alive(plan.steps.size(), 0);
  for (const PlannedTensor& tensor : plan.tensors)
    for (std::size_t step = tensor.birth; step <= tensor.death && step < alive.size(); ++step) alive[step] += tensor.bytes;
  return alive;
}

Status checkMemoryPlan(const MemoryPlan& plan) {
  EW_TRY(checkPlaces(plan));
  EW_TRY(checkLifetimes(plan));
  EW_TRY(checkOverlaps(plan));
  const std::vector<std::size_t> alive = bytesAlive(plan);
  const std::size_t most = alive.empty() ? 0 : *std::max_element(alive.begin(), alive.end());
  if (most != plan.lowerBoundBytes) return internalError("the lower bound is " + std::to_string(most) + " bytes, not " + std::to_string(plan.lowerBoundBytes));
  return {};
}

}  // namespace ew
