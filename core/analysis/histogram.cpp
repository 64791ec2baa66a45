// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/analysis/analysis.h"

namespace ew::analysis {

std::optional<Range> finiteRange(const Tensor& values) {
  std::optional<Range> range;
  const auto take = [&](double x) {
    if (!std::isfinite(x)) return;
    if (!range) range = Range{x, x};
    range->low = std::min(range->low, x);
    range->high = std::max(range->high, x);
  };
  if (values.dtype() == DType::f32) {
    forEachPart<float>(values, [&](std::span<const float> part, std::size_t) {
      for (const float x : part) take(x);
    });
  } else if (const Result<std::vector<double>> doubles = toDoubles(values); doubles.ok()) {
    for (const double x : *doubles) take(x);
  }
  values.releasePages();
  return range;
}

void addToHistogram(Histogram& histogram, const Tensor& values) {
  const auto bins = static_cast<double>(histogram.counts.size());
  const double width = histogram.range.high - histogram.range.low;
  const double perUnit = width > 0 ? bins / width : 0;
  const auto take = [&](double x) {
    if (!std::isfinite(x)) return;
    const double place = std::clamp((x - histogram.range.low) * perUnit, 0.0, bins - 1);
    ++histogram.counts[static_cast<std::size_t>(place)];
    ++histogram.total;
    if (x == 0) ++histogram.zeros;
  };
  if (values.dtype() == DType::f32) {
    forEachPart<float>(values, [&](std::span<const float> part, std::size_t) {
      for (const float x : part) take(x);
    });
  } else if (const Result<std::vector<double>> doubles = toDoubles(values); doubles.ok()) {
    for (const double x : *doubles) take(x);
  }
  values.releasePages();
}

Histogram histogram(const Tensor& values, int bins, std::optional<Range> range) {
  Histogram out;
  if (!range) range = finiteRange(values);
  out.range = range.value_or(Range{});
  out.counts.assign(static_cast<std::size_t>(std::max(1, bins)), 0);
  addToHistogram(out, values);
  return out;
}

}  // namespace ew::analysis
