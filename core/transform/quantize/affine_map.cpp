// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/transform/quantize/calibrators.h"

namespace ew::transform {
namespace {

double roundedTo12Digits(double value) {
  char text[64];
  const auto written = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 11);
  double out = value;
  std::from_chars(text, written.ptr, out);
  return out;
}

}  // namespace

double binCentre(const analysis::Histogram& histogram, std::size_t bin) {
  const double width = (histogram.range.high - histogram.range.low) / static_cast<double>(histogram.counts.size());
  return histogram.range.low + (static_cast<double>(bin) + 0.5) * width;
}

double AffineMap::rounded(double x) const {
  const double steps = std::nearbyint(x / static_cast<double>(scale)) + zeroPoint;
  return (std::clamp(steps, static_cast<double>(low), static_cast<double>(high)) - zeroPoint) * static_cast<double>(scale);
}

AffineMap affineMap(analysis::Range range, int bits, bool isSigned) {
  const double least = std::min(0.0, roundedTo12Digits(range.low)), greatest = std::max(0.0, roundedTo12Digits(range.high));
  AffineMap map;
  map.low = isSigned ? -(1 << (bits - 1)) : 0;
  map.high = isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1;
  const double span = isSigned ? std::max(-least, greatest) : greatest - least;
  const double steps = isSigned ? map.high : map.high - map.low;
  // A tensor that is always zero takes any scale.
  if (!(span > 0)) return map;
  map.scale = static_cast<float>(std::clamp(span / steps, static_cast<double>(std::numeric_limits<float>::min()),
                                            static_cast<double>(std::numeric_limits<float>::max())));
  if (!isSigned)
    map.zeroPoint = static_cast<std::int32_t>(std::clamp(std::nearbyint(-least / static_cast<double>(map.scale)), 0.0, static_cast<double>(map.high)));
  return map;
}

}  // namespace ew::transform
