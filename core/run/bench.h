// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/run/runtime.h"

namespace ew {

struct BenchOptions {
  int warmup = 3;
  int runs = 50;          ///< ignored when seconds > 0
  double seconds = 0;
};

struct LayerTime {
  NodeId node = kNone;
  std::string name, op, backend, kernel;
  double milliseconds = 0;  ///< median over the traced runs
};

struct BenchResult {
  std::string backend;
  int threads = 0;
  int runs = 0;
  double compileMs = 0, p50Ms = 0, p95Ms = 0, minMs = 0;
  std::uint64_t peakRssBytes = 0;  ///< of this process (getrusage)
  std::vector<LayerTime> layers;
};

/// Measured latency here: untraced runs for the totals, then traced runs for the layers.
Result<BenchResult> bench(Runtime& runtime, std::span<const Tensor> inputs, const BenchOptions& options, Progress& progress);

}  // namespace ew
