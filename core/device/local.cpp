// SPDX-License-Identifier: Apache-2.0
#include "core/device/local.h"

#include <omp.h>
#include <sys/sysinfo.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>
#include <atomic>
#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "core/base/text.h"
#include "core/device/local_kernels.h"

namespace ew::device {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int repeats = 7;
constexpr double secondsEach = 0.006;
/// Threads that wait so long for each other wait for other programs.
constexpr double busySeconds = 200e-6;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// The median and the spread of a few rates.
Sourced summarized(std::vector<double> rates, const std::string& what) {
  std::sort(rates.begin(), rates.end());
  const double mean = std::accumulate(rates.begin(), rates.end(), 0.0) / static_cast<double>(rates.size());
  double squares = 0;
  for (const double rate : rates) squares += (rate - mean) * (rate - mean);
  Sourced out;
  out.value = rates[rates.size() / 2];
  out.relativeError = std::sqrt(squares / static_cast<double>(rates.size() - 1)) / mean;
  out.source = "measured: " + what + ", " + std::to_string(repeats) + " repeats on " + std::to_string(omp_get_max_threads()) +
               " threads here, error from their spread alone";
  return out;
}

/// Processor time of this thread: other programs that run meanwhile do not count.
double threadSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// How much work a second all threads do together; `workPerStep` is what one step of one thread does.
Sourced rateOf(double workPerStep, const std::string& what, const std::function<std::function<void()>()>& makeStep) {
  std::vector<double> rates(repeats, 0.0);
#pragma omp parallel
  {
    const std::function<void()> step = makeStep();
    step();  // warms up
    for (double& total : rates) {
      double steps = 0;
      const double start = threadSeconds();
      double elapsed = 0;
      do {
        // The clock is looked at rarely: one step takes microseconds.
        for (int i = 0; i < 4; ++i) step();
        steps += 4;
        elapsed = threadSeconds() - start;
      } while (elapsed < secondsEach);
      const double rate = steps * workPerStep / elapsed;
#pragma omp atomic
      total += rate;
    }
  }
  return summarized(std::move(rates), what);
}

Sourced measureFloat() {
  return rateOf(1.0 * tileRows * tileColumns * tileDepth, "portable float32 matrix product", [] {
    auto a = std::make_shared<std::vector<float>>(tileRows * tileDepth, 0.5F);
    auto b = std::make_shared<std::vector<float>>(tileDepth * tileColumns, 0.25F);
    auto c = std::make_shared<std::vector<float>>(tileRows * tileColumns, 0.0F);
    return [a, b, c] { floatTile(a->data(), b->data(), c->data()); };
  });
}

Sourced measureBytes() {
  return rateOf(1.0 * tileRows * tileColumns * tileDepth, "portable int8 matrix product with int32 sums", [] {
    auto a = std::make_shared<std::vector<std::uint8_t>>(tileRows * tileDepth, std::uint8_t{3});
    auto b = std::make_shared<std::vector<std::int8_t>>(tileDepth * tileColumns, std::int8_t{-2});
    auto c = std::make_shared<std::vector<std::int32_t>>(tileRows * tileColumns, 0);
    // Cleared so that the sums never overflow.
    return [a, b, c] {
      std::fill(c->begin(), c->end(), 0);
      byteTile(a->data(), b->data(), c->data());
    };
  });
}

Sourced measureDepthwise() {
  constexpr int side = 28;
  return rateOf(9.0 * side * side, "portable 3x3 depthwise convolution, 28x28", [] {
    auto x = std::make_shared<std::vector<float>>((side + 2) * (side + 2), 0.5F);
    auto w = std::make_shared<std::vector<float>>(9, 0.25F);
    auto y = std::make_shared<std::vector<float>>(side * side, 0.0F);
    return [x, w, y] { depthwisePlane(x->data(), w->data(), y->data(), side, side); };
  });
}

Sourced measureMemory() {
  static constexpr std::size_t block = std::size_t{8} << 20;
  return rateOf(2.0 * block, "copying 8 MB a thread, bytes read and written", [] {
    auto from = std::make_shared<std::vector<char>>(block, 'a');
    auto to = std::make_shared<std::vector<char>>(block, 'b');
    return [from, to] { std::memcpy(to->data(), from->data(), block); };
  });
}

/// What starting a layer costs at least: waking all threads and waiting for them. The fastest of a few, since
/// another program that holds a core makes every thread wait. Nothing on a machine too busy to tell.
std::optional<Sourced> measureOverhead() {
  std::vector<double> seconds;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    double fastest = 1;
    for (int region = 0; region < 5; ++region) {
      const Clock::time_point start = Clock::now();
#pragma omp parallel
      { std::atomic_signal_fence(std::memory_order_seq_cst); }
      fastest = std::min(fastest, secondsSince(start));
    }
    seconds.push_back(fastest);
  }
  const Sourced overhead = summarized(std::move(seconds), "starting an empty parallel region");
  if (overhead.value > busySeconds) return std::nullopt;
  return overhead;
}

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos && (line.starts_with("model name") || line.starts_with("Model")))
      return escapeControl(line.substr(colon + 2));
  }
  return "unknown processor";
}

}  // namespace

Profile describeLocal() {
  Profile profile;
  profile.id = "local";
  profile.name = "This machine: " + processorName();
  profile.description = "The machine at hand, " + std::to_string(omp_get_num_procs()) + " logical processors";
  profile.kind = "cpu";
  profile.precisions = {"float32", "int8"};
  struct sysinfo info{};
  if (sysinfo(&info) == 0) {
    profile.ramBytes = static_cast<std::int64_t>(info.totalram) * static_cast<std::int64_t>(info.mem_unit);
    profile.sources["ram_bytes"] = "measured: sysinfo";
  }
  return profile;
}

const Profile& localProfile() {
  static const Profile measured = [] {
    Profile profile = describeLocal();
    profile.macsPerSecond["float32"] = measureFloat();
    profile.macsPerSecond["int8"] = measureBytes();
    profile.depthwiseMacsPerSecond["float32"] = measureDepthwise();
    profile.memoryBytesPerSecond = measureMemory();
    profile.layerOverheadSeconds = measureOverhead();
    return profile;
  }();
  return measured;
}

}  // namespace ew::device
