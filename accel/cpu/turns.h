// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>

namespace ew::cpu {

/// Processors that runs share. A run takes as many as it has threads; when they do not suffice for all who run at once,
/// runs take turns of some milliseconds between two of their steps, in the order in which they came. So threads never
/// outnumber processors, each run gets its share of the time, and what a step computes stays as it was.
class Processors {
 public:
  explicit Processors(int count) : free_(count), count_(count) {}
  static Processors& ofMachine();

  void take(int count);
  void give(int count);
  /// Whether somebody has waited for longer than a turn.
  bool isAwaited() const;
  int count() const { return count_; }
  /// The most that were taken at once, for tests.
  int mostTaken() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting { Clock::time_point since; };

  bool mayTake(int count, const Waiting* self) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Waiting> queue_;
  int free_, count_, mostTaken_ = 0;
  std::atomic<std::int64_t> firstSince_{0};  ///< when the first in the queue began to wait; 0: nobody waits
};

/// The processors of one run, given back at its end.
class Turn {
 public:
  Turn(Processors& processors, int count) : processors_(processors), count_(count) {}
  ~Turn() { pause(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  /// Before each step.
  void next() {
    if (held_ && processors_.isAwaited()) pause();
    if (held_) return;
    processors_.take(count_);
    held_ = true;
  }
  /// Before code of others runs (an observer), which may wait for another run or be one.
  void pause() {
    if (held_) processors_.give(count_);
    held_ = false;
  }

 private:
  Processors& processors_;
  int count_;
  bool held_ = false;
};

}  // namespace ew::cpu
