// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::cpu {

// Byte loops for 512-bit vectors. Signed bytes pass as unsigned ones with their top bits flipped (a `flip` of 0x80, zero
// points 0 .. 255), so that one loop serves all types.

/// Bytes and how they map to numbers: (byte ^ flip) - zero.
struct ByteMapping {
  std::uint8_t flip = 0;
  std::int32_t zero = 0;
};

/// Whether this processor runs them.
bool hasByteVectors();

/// y = quantizeValue(x, scale): by the product with 1 / scale, and by the quotient where the product is too near to a tie to
/// be sure. False, and nothing done, for scales whose reciprocal is no finite normal number.
bool quantizeVectors(const float* x, float scale, ByteMapping to, std::uint8_t* y, std::int64_t n);
/// y = addQuantizedFloat(a, ma, b, mb)
void addVectors(const std::uint8_t* a, ByteMapping aMapping, float ma, const std::uint8_t* b, ByteMapping bMapping, float mb, ByteMapping to,
                std::uint8_t* y, std::int64_t n);

}  // namespace ew::cpu
