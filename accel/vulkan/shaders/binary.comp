// SPDX-License-Identifier: Apache-2.0
// One function of two operands that broadcast.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(constant_id = 0) const uint FUNCTION = 0u;  // add, subtract, multiply, divide, minimum, maximum
layout(constant_id = 1) const uint RANK = 1u;
layout(constant_id = 2) const uint FIXED = 0u;

layout(push_constant) uniform Parameters {
  uint extents[6], aStrides[6], bStrides[6];
  uint count;
  int aZero, bZero, yZero, low, high;
  int factorA, shiftA, factorB, shiftB;
} p;

#ifdef QUANTIZED
#include "requantize.glsl"
#define ELEMENT int
#else
#define ELEMENT float
#endif
layout(binding = 0) readonly buffer A { ELEMENT left[]; };
layout(binding = 1) readonly buffer B { ELEMENT right[]; };
layout(binding = 4) writeonly buffer Y { ELEMENT y[]; };

void main() {
  uint at = flatIndex();
  if (at >= p.count) return;
  uint rest = at, fromA = 0u, fromB = 0u;
  for (uint i = RANK; i-- > 0u;) {
    uint index = rest % p.extents[i];
    rest /= p.extents[i];
    fromA += index * p.aStrides[i];
    fromB += index * p.bStrides[i];
  }
  ELEMENT a = left[fromA], b = right[fromB];
#ifdef QUANTIZED
  a -= p.aZero;
  b -= p.bZero;
  if (FUNCTION == 0u) y[at] = addQuantized(a, p.factorA, p.shiftA, b, p.factorB, p.shiftB, p.yZero, p.low, p.high);
  else y[at] = requantize(a * b, p.factorA, p.shiftA, p.yZero, p.low, p.high);
#else
  switch (FUNCTION) {
    case 0u: y[at] = a + b; break;
    case 1u: y[at] = a - b; break;
    case 2u: y[at] = a * b; break;
    default: y[at] = a / b; break;
  }
#endif
}
