// SPDX-License-Identifier: Apache-2.0
#include "core/run/peaks.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "core/run/peak_loops.h"

namespace ew {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int attempts = 5;
constexpr std::size_t cacheLine = 64, granule = 1024;

double seconds(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The best of a few attempts: others can only take time away. `work(thread)` runs on each thread at once.
template <class Work>
double bestSeconds(int threads, const Work& work) {
  double best = 1e300;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    Clock::time_point start;
#pragma omp parallel num_threads(threads)
    {
#pragma omp barrier
#pragma omp master
      start = Clock::now();
#pragma omp barrier
      work(static_cast<std::size_t>(omp_get_thread_num()));
    }
    best = std::min(best, seconds(start));
  }
  return best;
}

Peak rateOf(const PeakLoop& loop, int threads) {
  if (loop.run == nullptr) return {0, loop.method};
  constexpr double duration = 4e-3;
  std::int64_t rounds = 1000;
  for (double took = 0; took < duration; rounds *= 2) {
    const Clock::time_point start = Clock::now();
    loop.run(rounds);
    took = seconds(start);
  }
  const double best = bestSeconds(threads, [&](std::size_t) { loop.run(rounds); });
  return {static_cast<double>(loop.operations) * static_cast<double>(rounds) * threads / best * 1e-9, loop.method};
}

struct Free {
  void operator()(std::byte* bytes) const { std::free(bytes); }
};

/// Each thread reads `bytes` of its own, `times` times.
Peak reading(std::size_t bytes, std::size_t times, int threads, const std::string& what) {
  bytes = std::max(bytes / granule, std::size_t{1}) * granule;
  std::vector<std::unique_ptr<std::byte, Free>> blocks(static_cast<std::size_t>(threads));
  for (auto& block : blocks) {
    block.reset(static_cast<std::byte*>(std::aligned_alloc(cacheLine, bytes)));
    if (block == nullptr) return {0, "not measured: out of memory"};
  }
  const auto touch = [&](std::size_t thread) { std::memset(blocks[thread].get(), 1, bytes); };
#pragma omp parallel num_threads(threads)
  touch(static_cast<std::size_t>(omp_get_thread_num()));
  const double best = bestSeconds(threads, [&](std::size_t thread) {
    for (std::size_t i = 0; i < times; ++i) readAll(blocks[thread].get(), bytes);
  });
  return {static_cast<double>(bytes * times) * threads / best * 1e-9,
          "reading " + std::to_string(bytes >> 10) + " KiB a thread, " + what};
}

/// What the kernel says of the data cache of a level; the C library multiplies a shared cache on some machines.
std::size_t cacheBytes(int level) {
  for (int index = 0; index < 8; ++index) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
    int found = 0;
    std::size_t kib = 0;
    std::string type;
    std::ifstream(folder + "level") >> found;
    std::ifstream(folder + "type") >> type;
    if (found == level && type != "Instruction" && std::ifstream(folder + "size") >> kib) return kib << 10;
  }
  return 0;
}

Peaks measure(int threads) {
  constexpr std::size_t readBytes = std::size_t{64} << 20, mostMemory = std::size_t{256} << 20;
  const auto count = static_cast<std::size_t>(threads);
  Peaks out;
  out.threads = threads;
  out.float32 = rateOf(float32Loop(), threads);
  out.bfloat16 = rateOf(bfloat16Loop(), threads);
  out.int8 = rateOf(int8Loop(), threads);
  out.level2Bytes = cacheBytes(2);
  out.level3Bytes = cacheBytes(3);
  const Peak unknown{0, "not measured: the size of the cache is not known"};
  const std::size_t half2 = out.level2Bytes / 2;
  out.level2 = half2 == 0 ? unknown : reading(half2, std::max<std::size_t>(readBytes / half2, 1), threads, "half of the second level cache");
  // More than the second level holds, all threads together half of the third.
  const std::size_t part3 = out.level3Bytes / 2 / count;
  const bool fits = part3 >= 2 * out.level2Bytes && part3 > 0;
  out.level3 = fits ? reading(part3, std::max<std::size_t>(readBytes / part3, 1), threads, "half of the third level cache together")
                    : (out.level3Bytes == 0 ? unknown : Peak{0, "not measured: the second level caches together are as large"});
  const std::size_t far = std::min(std::max(4 * out.level3Bytes, std::size_t{64} << 20), mostMemory) / count;
  out.memory = reading(far, 1, threads, "beyond the caches");
  return out;
}

}  // namespace

const Peaks& measuredPeaks(int threads) {
  static std::mutex mutex;
  static std::map<int, Peaks> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto it = known.find(threads);
  return it != known.end() ? it->second : known.emplace(threads, measure(threads)).first->second;
}

}  // namespace ew
