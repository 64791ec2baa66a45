// SPDX-License-Identifier: Apache-2.0
#include "core/run/layer_rates.h"

#include <algorithm>

namespace ew {
namespace {

const Peak* peakOf(LayerPrecision precision, const Peaks& peaks) {
  switch (precision) {
    case LayerPrecision::Float32: return &peaks.float32;
    case LayerPrecision::BFloat16: return &peaks.bfloat16;
    case LayerPrecision::Int8: return &peaks.int8;
    case LayerPrecision::Other: return nullptr;
  }
  return nullptr;
}

struct Level {
  const Peak* peak = nullptr;
  const char* name = "";
};

Level levelOf(std::uint64_t bytes, const Peaks& peaks) {
  if (bytes <= peaks.level2Bytes * static_cast<std::size_t>(peaks.threads)) return {&peaks.level2, "level2"};
  if (bytes <= peaks.level3Bytes && peaks.level3.value > 0) return {&peaks.level3, "level3"};
  return {&peaks.memory, "memory"};
}

/// Milliseconds for `amount` at `peak` thousand millions a second; 0 when the peak is not known.
double leastMs(double amount, const Peak* peak) { return peak == nullptr || peak->value <= 0 ? 0 : amount / (peak->value * 1e6); }

}  // namespace

LayerRate rateOf(const LayerTime& layer, const Peaks& peaks) {
  LayerRate rate;
  if (layer.milliseconds <= 0) return rate;
  const auto operations = static_cast<double>(layer.operations), bytes = static_cast<double>(layer.bytes);
  rate.gopPerS = operations / (layer.milliseconds * 1e6);
  rate.gbPerS = bytes / (layer.milliseconds * 1e6);
  const Level level = levelOf(layer.bytes, peaks);
  const double compute = leastMs(operations, peakOf(layer.precision, peaks)), reading = leastMs(bytes, level.peak);
  if (compute <= 0 && reading <= 0) return rate;
  rate.bound = compute >= reading ? "compute" : level.name;
  rate.fraction = std::max(compute, reading) / layer.milliseconds;
  return rate;
}

}  // namespace ew
