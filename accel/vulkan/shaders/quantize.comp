// SPDX-License-Identifier: Apache-2.0
// QuantizeLinear with the quotient rounded as IEEE does. Vulkan lets a division be off by 2.5 units in the last place,
// which would change bytes, so the quotient of the significands is computed bit by bit.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(push_constant) uniform Parameters {
  uint count;
  uint significand;  // of the scale, 2^23 .. 2^24 - 1
  int exponent;      // scale = significand * 2^exponent
  int zeroPoint, low, high;
} p;
layout(binding = 0) readonly buffer X { uint x[]; };
layout(binding = 4) writeonly buffer Y { int y[]; };

/// round-half-even(x / scale), at most 2^24 in size; 0 for NaN.
int steps(uint bits) {
  uint size = bits & 0x7fffffffu;
  bool negative = bits >> 31 != 0u;
  if (size > 0x7f800000u || size == 0u) return 0;
  if (size == 0x7f800000u) return negative ? -0x1000000 : 0x1000000;
  uint value = size & 0x7fffffu;
  int exponent = int(size >> 23) - 150;
  if (size >= 0x800000u) {
    value |= 0x800000u;
  } else {
    int shift = 23 - findMSB(value);
    value <<= shift;
    exponent = -149 - shift;
  }
  uint quotient = 0u;  // value / significand with 25 fraction bits, in 2^24 .. 2^26 - 1
  for (int i = 0; i < 26; ++i) {
    quotient <<= 1;
    if (value >= p.significand) {
      value -= p.significand;
      quotient |= 1u;
    }
    value <<= 1;
  }
  int dropped = quotient >= 0x2000000u ? 2 : 1;
  uint kept = quotient >> dropped, rest = quotient & ((1u << dropped) - 1u), middle = 1u << (dropped - 1);
  if (rest > middle || (rest == middle && (value != 0u || (kept & 1u) != 0u))) ++kept;
  int scale = exponent - p.exponent - 25 + dropped;  // x / scale = kept * 2^scale as a float
  int rounded = scale > 0 ? 0x1000000 : scale < -26 ? 0 : int(roundEven(ldexp(float(kept), scale)));
  rounded = min(rounded, 0x1000000);
  return negative ? -rounded : rounded;
}

void main() {
  uint at = flatIndex();
  if (at < p.count) y[at] = clamp(steps(x[at]) + p.zeroPoint, p.low, p.high);
}
