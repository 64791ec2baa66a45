// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <limits>

namespace ew {

/// A float as an integer: truncated towards zero, saturated, NaN as 0. (ONNX leaves all but the first open.)
template <class Int>
Int truncated(double value) {
  // Both bounds are exact as double: the lower one is 0 or a power of two, the upper one is a power of two - 1 + 1.
  const double above = std::ldexp(1.0, std::numeric_limits<Int>::digits);
  if (std::isnan(value)) return 0;
  if (value >= above) return std::numeric_limits<Int>::max();
  if (value <= static_cast<double>(std::numeric_limits<Int>::min())) return std::numeric_limits<Int>::min();
  return static_cast<Int>(value);
}

}  // namespace ew
