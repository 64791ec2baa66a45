// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace ew::ops {

/// How an integer layer's int32 sum becomes 8 bits (architecture: numerics contract). The reference operators, the
/// cpu, vulkan and fpga backends and exported code all use exactly this arithmetic.
///   float: y = saturate(roundHalfEven(float(acc) * multiplier) + zeroPoint), all in float32; `multiplier` is
///          computed in float32 as (x_scale * w_scale) / y_scale
///   fixed: y = saturate(((int64(acc) * q + 2^(shift-1)) >> shift) + zeroPoint), q in [2^30, 2^31)
struct FixedMultiplier {
  std::int32_t q = 0;
  int shift = 1;  ///< 1..62
};

/// The nearest fixed-point multiplier to a positive real one; real multipliers of 2^30 and above are clamped.
inline FixedMultiplier fixedMultiplier(float multiplier) {
  if (!(multiplier > 0) || !std::isfinite(multiplier)) return {0, 1};
  int exponent = 0;
  const double fraction = std::frexp(static_cast<double>(multiplier), &exponent);  // [0.5, 1)
  auto q = static_cast<std::int64_t>(std::llround(fraction * 2147483648.0));
  if (q == (std::int64_t{1} << 31)) {
    q >>= 1;
    ++exponent;
  }
  const int shift = 31 - exponent;
  if (shift > 62) return {0, 1};
  if (shift < 1) return {std::numeric_limits<std::int32_t>::max(), 1};
  return {static_cast<std::int32_t>(q), shift};
}

template <class Out>
Out saturated(std::int64_t value) {
  return static_cast<Out>(std::clamp<std::int64_t>(value, std::numeric_limits<Out>::min(), std::numeric_limits<Out>::max()));
}

template <class Out>
Out requantizeFloat(std::int32_t acc, float multiplier, std::int32_t zeroPoint) {
  // Clamped before the conversion: beyond +-2^24 the result saturates whatever the zero point is.
  const float scaled = std::clamp(static_cast<float>(acc) * multiplier, -16777216.0F, 16777216.0F);
  return saturated<Out>(static_cast<std::int64_t>(std::nearbyint(scaled)) + zeroPoint);
}

template <class Out>
Out requantizeFixed(std::int32_t acc, FixedMultiplier multiplier, std::int32_t zeroPoint) {
  const std::int64_t product = static_cast<std::int64_t>(acc) * multiplier.q;
  return saturated<Out>(((product + (std::int64_t{1} << (multiplier.shift - 1))) >> multiplier.shift) + zeroPoint);
}

}  // namespace ew::ops
