// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/transform/quantize/calibrators.h"

namespace ew::transform {
namespace {

constexpr std::size_t mostBins = 2048;
constexpr std::size_t candidates = 256;
/// With fewer values a bin, the noise of the counts outweighs what merging bins loses.
constexpr double leastPerBin = 20;

/// Counts of |x| over [0, largest].
std::vector<double> magnitudes(const analysis::Histogram& histogram, double largest, std::size_t bins) {
  std::vector<double> out(bins, 0.0);
  const double perUnit = static_cast<double>(bins) / largest;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const double place = std::min(std::abs(binCentre(histogram, i)) * perUnit, static_cast<double>(bins - 1));
    out[static_cast<std::size_t>(place)] += static_cast<double>(histogram.counts[i]);
  }
  // Exact zeros say nothing about where to clip, and there are many behind a Relu.
  out[0] = std::max(0.0, out[0] - static_cast<double>(histogram.zeros));
  return out;
}

/// Kullback-Leibler divergence between the first `used` bins (the rest clipped into the last) and the same bins merged
/// into `levels` (S. Migacz 2017).
double divergence(const std::vector<double>& counts, std::size_t used, std::size_t levels) {
  const double clipped = std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(used), counts.end(), 0.0);
  double total = clipped, mergedTotal = 0;
  std::vector<double> merged(used, 0.0);
  for (std::size_t level = 0; level < levels; ++level) {
    const std::size_t begin = level * used / levels, end = (level + 1) * used / levels;
    double sum = 0, filled = 0;
    for (std::size_t i = begin; i < end; ++i) {
      sum += counts[i];
      filled += counts[i] > 0 ? 1 : 0;
    }
    for (std::size_t i = begin; i < end; ++i) merged[i] = counts[i] > 0 ? sum / filled : 0;
    total += sum;
    mergedTotal += sum;
  }
  if (!(mergedTotal > 0)) return INFINITY;
  double out = 0;
  for (std::size_t i = 0; i < used; ++i) {
    const double p = (counts[i] + (i + 1 == used ? clipped : 0)) / total, q = merged[i] / mergedTotal;
    if (p <= 0) continue;
    // Clipped values can land where nothing was: the divergence is infinite there, in practice a small q.
    out += p * std::log(p / std::max(q, 1e-9));
  }
  return out;
}

}  // namespace

analysis::Range entropyRange(const analysis::Histogram& histogram, int bits, bool isSigned) {
  const double largest = std::max(-histogram.range.low, histogram.range.high);
  const bool half = isSigned || histogram.range.low < 0;
  const std::size_t levels = std::size_t{1} << (half ? bits - 1 : bits);
  std::size_t bins = mostBins;
  while (bins > levels && static_cast<double>(histogram.total - histogram.zeros) < leastPerBin * static_cast<double>(bins)) bins /= 2;
  if (!(largest > 0) || bins <= levels) return histogram.range;
  const std::vector<double> counts = magnitudes(histogram, largest, bins);
  std::size_t best = bins;
  double least = INFINITY;
  const std::size_t stride = std::max<std::size_t>(1, bins / candidates);
  for (std::size_t used = levels; used <= bins; used += stride) {
    const double found = divergence(counts, used, levels);
    if (found < least) {
      least = found;
      best = used;
    }
  }
  const double limit = largest * static_cast<double>(best) / static_cast<double>(bins);
  return {std::max(histogram.range.low, -limit), std::min(histogram.range.high, limit)};
}

}  // namespace ew::transform
