// SPDX-License-Identifier: Apache-2.0
#include "core/tensor/half.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace ew {
namespace {

/// A narrow binary float: sign, exponent and mantissa widths and what its top codes mean.
struct Format {
  int exponentBits;
  int mantissaBits;
  int bias;
  bool hasInfinity;  ///< IEEE-like: the top exponent holds Inf and NaN
  bool noNegativeZero;  ///< FNUZ: 0x80 is the only NaN
};

constexpr Format formatOf(Float8Kind kind) {
  switch (kind) {
    case Float8Kind::E4M3FN: return {4, 3, 7, false, false};
    case Float8Kind::E4M3FNUZ: return {4, 3, 8, false, true};
    case Float8Kind::E5M2: return {5, 2, 15, true, false};
    case Float8Kind::E5M2FNUZ: return {5, 2, 16, false, true};
    case Float8Kind::E8M0: break;  // never asked: has no sign and no mantissa
  }
  return {4, 3, 7, false, false};
}

constexpr std::uint8_t nanCode(Float8Kind kind) {
  switch (kind) {
    case Float8Kind::E4M3FN: return 0x7F;
    case Float8Kind::E5M2: return 0x7F;
    default: return 0x80;
  }
}

constexpr std::uint8_t largestFinite(Float8Kind kind) {
  switch (kind) {
    case Float8Kind::E4M3FN: return 0x7E;
    case Float8Kind::E5M2: return 0x7B;
    default: return 0x7F;
  }
}

}  // namespace

float halfToFloat(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  const int exponent = (bits >> 10) & 31;
  const std::uint32_t mantissa = bits & 0x3FFU;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13));
  if (exponent == 0) {
    const float magnitude = std::ldexp(static_cast<float>(mantissa), -24);
    return sign != 0 ? -magnitude : magnitude;
  }
  return std::bit_cast<float>(sign | (static_cast<std::uint32_t>(exponent + 112) << 23) | (mantissa << 13));
}

std::uint16_t halfFromFloat(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) return static_cast<std::uint16_t>(sign | 0x7E00U | ((magnitude >> 13) & 0x3FFU));
  if (magnitude >= 0x477FF000U) return static_cast<std::uint16_t>(sign | 0x7C00U);
  if (magnitude < 0x38800000U) {  // subnormal half: the float adder rounds to 2^-24 steps for us
    const float scaled = std::bit_cast<float>(magnitude) + 0.5F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(scaled) - 0x3F000000U));
  }
  const std::uint32_t odd = (magnitude >> 13) & 1U;
  const std::uint32_t rounded = magnitude - (112U << 23) + 0xFFFU + odd;
  return static_cast<std::uint16_t>(sign | (rounded >> 13));
}

float bfloatToFloat(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

std::uint16_t bfloatFromFloat(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7FFFFFFFU) > 0x7F800000U) return static_cast<std::uint16_t>((bits >> 16) | 0x40U);
  const std::uint32_t odd = (bits >> 16) & 1U;
  return static_cast<std::uint16_t>((bits + 0x7FFFU + odd) >> 16);
}

float float8ToFloat(std::uint8_t bits, Float8Kind kind) {
  if (kind == Float8Kind::E8M0) return bits == 0xFF ? std::numeric_limits<float>::quiet_NaN() : std::ldexp(1.0F, static_cast<int>(bits) - 127);
  const Format format = formatOf(kind);
  if (format.noNegativeZero && bits == 0x80) return std::numeric_limits<float>::quiet_NaN();
  const bool negative = (bits & 0x80U) != 0;
  const int exponent = (bits & 0x7F) >> format.mantissaBits;
  const int mantissa = bits & ((1 << format.mantissaBits) - 1);
  const int top = (1 << format.exponentBits) - 1;
  float magnitude = 0;
  if (kind == Float8Kind::E4M3FN && (bits & 0x7FU) == 0x7FU) return std::numeric_limits<float>::quiet_NaN();
  if (format.hasInfinity && exponent == top)
    return mantissa != 0 ? std::numeric_limits<float>::quiet_NaN()
                         : (negative ? -std::numeric_limits<float>::infinity() : std::numeric_limits<float>::infinity());
  if (exponent == 0) magnitude = std::ldexp(static_cast<float>(mantissa), 1 - format.bias - format.mantissaBits);
  else magnitude = std::ldexp(static_cast<float>(mantissa + (1 << format.mantissaBits)), exponent - format.bias - format.mantissaBits);
  return negative ? -magnitude : magnitude;
}

std::uint8_t float8FromFloat(float value, Float8Kind kind, bool saturate) {
  if (kind == Float8Kind::E8M0) return e8m0FromFloat(value, E8M0Rounding::Up, saturate);
  const Format format = formatOf(kind);
  const bool negative = std::signbit(value);
  const auto sign = static_cast<std::uint8_t>(negative ? 0x80 : 0);
  if (std::isnan(value)) return format.noNegativeZero ? 0x80 : static_cast<std::uint8_t>(sign | nanCode(kind));
  const float limit = float8ToFloat(largestFinite(kind), kind);
  const auto overflow = [&]() -> std::uint8_t {
    if (saturate) return static_cast<std::uint8_t>(sign | largestFinite(kind));
    if (format.hasInfinity) return static_cast<std::uint8_t>(sign | 0x7C);
    return format.noNegativeZero ? std::uint8_t{0x80} : static_cast<std::uint8_t>(sign | nanCode(kind));
  };
  const float magnitude = std::fabs(value);
  if (std::isinf(magnitude)) return overflow();
  int exponent = 0;
  std::frexp(magnitude, &exponent);  // magnitude in [0.5, 1) * 2^exponent
  const int step = std::max(exponent - 1, 1 - format.bias) - format.mantissaBits;
  const float rounded = std::ldexp(std::nearbyint(std::ldexp(magnitude, -step)), step);
  if (rounded > limit) return overflow();
  if (rounded == 0) return format.noNegativeZero ? std::uint8_t{0} : sign;
  std::frexp(rounded, &exponent);
  const int biased = exponent - 1 + format.bias;
  if (biased <= 0) {
    const float units = std::ldexp(rounded, format.bias - 1 + format.mantissaBits);
    return static_cast<std::uint8_t>(sign | static_cast<int>(units));
  }
  const int mantissa = static_cast<int>(std::ldexp(rounded, format.mantissaBits - exponent + 1)) - (1 << format.mantissaBits);
  return static_cast<std::uint8_t>(sign | (biased << format.mantissaBits) | mantissa);
}

std::uint8_t e8m0FromFloat(float value, E8M0Rounding rounding, bool saturate) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t exponent = (bits >> 23) & 0xFFU;
  if (exponent == 0xFF) return 0xFF;
  const std::uint32_t fraction = bits & 0x7FFFFFU;
  // Half way goes up, except below the smallest normal number, where half way is no power of two.
  const bool next = rounding == E8M0Rounding::Up        ? fraction != 0
                    : rounding == E8M0Rounding::Nearest ? fraction > 0x400000U || (fraction == 0x400000U && exponent > 0)
                                                        : false;
  if (next && saturate && exponent == 0xFE) return 0xFE;
  return static_cast<std::uint8_t>(exponent + (next ? 1 : 0));
}

float float4ToFloat(int code) {
  constexpr std::array<float, 8> magnitudes{0, 0.5F, 1, 1.5F, 2, 3, 4, 6};
  const float magnitude = magnitudes[static_cast<std::size_t>(code & 7)];
  return (code & 8) != 0 ? -magnitude : magnitude;
}

int float4FromFloat(float value) {
  if (std::isnan(value)) return 8;
  const int sign = std::signbit(value) ? 8 : 0;
  const float magnitude = std::fabs(value);
  // The midpoints between neighbours; half way goes to the even code.
  constexpr std::array<float, 7> midpoints{0.25F, 0.75F, 1.25F, 1.75F, 2.5F, 3.5F, 5};
  int code = 0;
  for (const float midpoint : midpoints) {
    if (magnitude < midpoint || (magnitude == midpoint && (code & 1) == 0)) break;
    ++code;
  }
  return sign | code;
}

}  // namespace ew
