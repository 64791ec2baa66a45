// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>

namespace ew::cpu {

/// f(begin, end) on pieces of 0 .. count-1, on all threads when there are at least two pieces of `grain`.
/// Pieces never change what a piece computes, so results do not depend on the number of threads.
template <class F>
void parallelFor(std::int64_t count, std::int64_t grain, F f) {
  const std::int64_t pieces = std::min<std::int64_t>(omp_get_max_threads(), count / std::max<std::int64_t>(grain, 1));
  if (pieces <= 1) {
    if (count > 0) f(std::int64_t{0}, count);
    return;
  }
#pragma omp parallel for num_threads(static_cast<int>(pieces)) schedule(static)
  for (std::int64_t i = 0; i < pieces; ++i) f(count * i / pieces, count * (i + 1) / pieces);
}

/// Sets the number of OpenMP threads (0: as it was) and puts it back.
class ThreadScope {
 public:
  explicit ThreadScope(int threads) : before_(omp_get_max_threads()) {
    if (threads > 0) omp_set_num_threads(threads);
  }
  ~ThreadScope() { omp_set_num_threads(before_); }
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int before_;
};

}  // namespace ew::cpu
