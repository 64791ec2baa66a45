// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/run/runtime.h"

namespace ew {

struct BenchOptions {
  int warmup = 3;
  int runs = 50;          ///< ignored when seconds > 0
  double seconds = 0;
};

/// What a layer computes with; Other moves elements, or computes with integers that are no bytes.
enum class LayerPrecision { Float32, BFloat16, Int8, Other };
std::string_view layerPrecisionName(LayerPrecision precision);  ///< "float32", "bfloat16", "int8", "other"

struct LayerTime {
  NodeId node = kNone;
  std::string name, op, backend, kernel;
  double milliseconds = 0;      ///< median over the traced runs
  std::int64_t operations = 0;  ///< a multiply-accumulate is two; what was fused into it included
  std::uint64_t bytes = 0;      ///< read and written, weights included
  LayerPrecision precision = LayerPrecision::Other;
  std::string algorithm = {};   ///< "winograd" or "sparse" where fewer operations are done than counted, else empty
};

struct BenchResult {
  std::string backend;
  int threads = 0;
  int runs = 0;
  double compileMs = 0, p50Ms = 0, p95Ms = 0, minMs = 0, maxMs = 0;
  double spreadMs = 0;             ///< between the quartiles
  int tracedRuns = 0;
  double tracedP50Ms = 0;          ///< of runs that were timed layer by layer: a little more than p50Ms
  double layersSumMs = 0;          ///< sum of the layers' medians
  double timerNs = 0;              ///< what reading the clock costs; a traced run reads it twice for each layer
  std::uint64_t peakRssBytes = 0;  ///< of this process
  std::vector<LayerTime> layers;
};

/// Measured latency here: untraced runs for the totals, then traced runs for the layers.
Result<BenchResult> bench(Runtime& runtime, std::span<const Tensor> inputs, const BenchOptions& options, Progress& progress);

}  // namespace ew
