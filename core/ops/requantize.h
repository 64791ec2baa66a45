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
/// The multipliers of the operators, float32 operations in exactly this order, each rounded:
///   QLinearConv, QLinearMatMul   (x_scale * w_scale[c]) / y_scale; acc = sum of (x - x_zp) * (w - w_zp[c]), plus B
///   QGemm                        ((alpha * a_scale) * b_scale[c]) / y_scale
///   QLinearMul                   (a_scale * b_scale) / y_scale; acc = (a - a_zp) * (b - b_zp)
///   QLinearConcat                x_scale / y_scale of each input; acc = x - x_zp
///   QLinear(Global)AveragePool   x_scale / (y_scale * float(count)); acc = sum of (x - x_zp)
///   QLinearAdd                   addQuantizedFloat() or addQuantizedFixed() below
/// int32 sums wrap where they overflow, as hardware does.
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

/// One requantization of either mode, made once for each channel.
class Requantizer {
 public:
  Requantizer(float multiplier, std::int32_t zeroPoint, bool fixed)
      : multiplier_(multiplier), fixedMultiplier_(fixedMultiplier(multiplier)), zeroPoint_(zeroPoint), fixed_(fixed) {}

  template <class Out>
  Out apply(std::int32_t acc) const {
    return fixed_ ? requantizeFixed<Out>(acc, fixedMultiplier_, zeroPoint_) : requantizeFloat<Out>(acc, multiplier_, zeroPoint_);
  }

 private:
  float multiplier_;
  FixedMultiplier fixedMultiplier_;
  std::int32_t zeroPoint_;
  bool fixed_;
};

inline float addMultiplier(float scale, float outScale) { return scale / outScale; }

/// QLinearAdd in float mode: y = saturate(roundHalfEven(float(a) * ma + float(b) * mb) + zeroPoint) where a and b are
/// free of their zero points and ma = addMultiplier(a_scale, y_scale). Two rounded products and a rounded sum, not fused.
template <class Out>
Out addQuantizedFloat(std::int32_t a, float ma, std::int32_t b, float mb, std::int32_t zeroPoint) {
  const float left = static_cast<float>(a) * ma;
  const float right = static_cast<float>(b) * mb;
  const float sum = std::clamp(left + right, -16777216.0F, 16777216.0F);
  return saturated<Out>(static_cast<std::int64_t>(std::nearbyint(sum)) + zeroPoint);
}

/// Fraction bits that the terms of a fixed-mode addition carry until their sum is rounded.
inline constexpr int addFractionBits = 20;

/// QLinearAdd in fixed mode, as TFLite adds: each term keeps 20 fraction bits,
///   t = (int64(a << 20) * q + 2^(shift-1)) >> shift,   y = saturate(((ta + tb + 2^19) >> 20) + zeroPoint)
/// |a| and |b| are at most 510 (the difference of two bytes), so nothing overflows int64.
template <class Out>
Out addQuantizedFixed(std::int32_t a, FixedMultiplier ma, std::int32_t b, FixedMultiplier mb, std::int32_t zeroPoint) {
  const auto term = [](std::int32_t value, FixedMultiplier m) {
    const std::int64_t product = (static_cast<std::int64_t>(value) << addFractionBits) * m.q;
    return (product + (std::int64_t{1} << (m.shift - 1))) >> m.shift;
  };
  const std::int64_t sum = term(a, ma) + term(b, mb) + (std::int64_t{1} << (addFractionBits - 1));
  return saturated<Out>((sum >> addFractionBits) + zeroPoint);
}

/// QuantizeLinear of one value: saturate(roundHalfEven(value / scale) + zeroPoint); NaN counts as 0.
template <class Out>
Out quantizeValue(float value, float scale, std::int32_t zeroPoint) {
  const float steps = value / scale;
  if (std::isnan(steps)) return saturated<Out>(zeroPoint);
  return saturated<Out>(static_cast<std::int64_t>(std::nearbyint(std::clamp(steps, -16777216.0F, 16777216.0F))) + zeroPoint);
}

/// DequantizeLinear of one value.
inline float dequantizeValue(std::int32_t value, float scale, std::int32_t zeroPoint) {
  return static_cast<float>(static_cast<std::int64_t>(value) - zeroPoint) * scale;
}

}  // namespace ew::ops
