// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew {

/// Narrow floats as they lie in a tensor. Conversion from float rounds half to even; to float is exact.
/// The 8-bit kinds saturate or not as ONNX's Cast says (attribute `saturate`); the plain constructor saturates.
float halfToFloat(std::uint16_t bits);
std::uint16_t halfFromFloat(float value);
float bfloatToFloat(std::uint16_t bits);
std::uint16_t bfloatFromFloat(float value);

/// E8M0 is a power of two without sign or zero: the exponent of what is stored, 0xFF for NaN and infinity.
enum class Float8Kind : std::uint8_t { E4M3FN, E4M3FNUZ, E5M2, E5M2FNUZ, E8M0 };
float float8ToFloat(std::uint8_t bits, Float8Kind kind);
std::uint8_t float8FromFloat(float value, Float8Kind kind, bool saturate = true);

/// How Cast reaches E8M0 (attribute round_mode): the power of two above, below or next.
enum class E8M0Rounding : std::uint8_t { Up, Down, Nearest };
std::uint8_t e8m0FromFloat(float value, E8M0Rounding rounding, bool saturate);

/// The 4-bit code of float4e2m1: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives; saturates, NaN becomes what ml_dtypes
/// makes of it, -0.
float float4ToFloat(int code);
int float4FromFloat(float value);

struct Half {
  std::uint16_t bits = 0;
  Half() = default;
  explicit Half(float value) : bits(halfFromFloat(value)) {}
  explicit operator float() const { return halfToFloat(bits); }
};

struct BFloat16 {
  std::uint16_t bits = 0;
  BFloat16() = default;
  explicit BFloat16(float value) : bits(bfloatFromFloat(value)) {}
  explicit operator float() const { return bfloatToFloat(bits); }
};

template <Float8Kind Kind>
struct Float8 {
  std::uint8_t bits = 0;
  Float8() = default;
  explicit Float8(float value) : bits(float8FromFloat(value, Kind)) {}
  explicit operator float() const { return float8ToFloat(bits, Kind); }
};

}  // namespace ew
