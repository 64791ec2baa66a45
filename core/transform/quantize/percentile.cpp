// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/transform/quantize/calibrators.h"

namespace ew::transform {
namespace {

constexpr double coverage = 0.9999;

/// Bins from one end that hold at most `allowed` values.
std::size_t binsToCut(const analysis::Histogram& histogram, double allowed, bool fromTop) {
  const std::size_t bins = histogram.counts.size();
  double seen = 0;
  for (std::size_t i = 0; i < bins; ++i) {
    seen += static_cast<double>(histogram.counts[fromTop ? bins - 1 - i : i]);
    if (seen > allowed) return i;
  }
  return 0;
}

}  // namespace

analysis::Range percentileRange(const analysis::Histogram& histogram, int, bool) {
  // Values of one sign lose only their tail; zero always stays in the range.
  const bool twoSided = histogram.range.low < 0 && histogram.range.high > 0;
  const double allowed = (1 - coverage) * static_cast<double>(histogram.total) / (twoSided ? 2 : 1);
  const double width = (histogram.range.high - histogram.range.low) / static_cast<double>(histogram.counts.size());
  analysis::Range range = histogram.range;
  if (range.low < 0) range.low += width * static_cast<double>(binsToCut(histogram, allowed, false));
  if (range.high > 0) range.high -= width * static_cast<double>(binsToCut(histogram, allowed, true));
  return range;
}

}  // namespace ew::transform
