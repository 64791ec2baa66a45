// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/turns.h"

#include <algorithm>

#include "core/run/threads.h"

namespace ew::cpu {
namespace {

constexpr std::chrono::milliseconds turn{2};

}  // namespace

Processors& Processors::ofMachine() {
  static Processors processors(processorCount());
  return processors;
}

/// Who comes later may go first for as long as the first has not waited for a turn: short runs would spend their time
/// waking each other.
bool Processors::mayTake(int count, const Waiting* self) const {
  if (free_ < count) return false;
  if (queue_.empty() || &queue_.front() == self) return true;
  return self == nullptr && Clock::now() - queue_.front().since < turn;
}

void Processors::take(int count) {
  count = std::min(count, count_);
  std::unique_lock lock(mutex_);
  if (!mayTake(count, nullptr)) {
    const auto self = queue_.insert(queue_.end(), Waiting{Clock::now()});
    firstSince_ = queue_.front().since.time_since_epoch().count();
    changed_.wait(lock, [&] { return mayTake(count, &*self); });
    queue_.erase(self);
    firstSince_ = queue_.empty() ? 0 : queue_.front().since.time_since_epoch().count();
    if (!queue_.empty()) changed_.notify_all();
  }
  free_ -= count;
  mostTaken_ = std::max(mostTaken_, count_ - free_);
}

void Processors::give(int count) {
  const std::lock_guard lock(mutex_);
  free_ += std::min(count, count_);
  if (!queue_.empty()) changed_.notify_all();
}

bool Processors::isAwaited() const {
  const std::int64_t since = firstSince_.load(std::memory_order_relaxed);
  return since != 0 && Clock::now() - Clock::time_point(Clock::duration(since)) >= turn;
}

int Processors::mostTaken() const {
  const std::lock_guard lock(mutex_);
  return mostTaken_;
}

}  // namespace ew::cpu
