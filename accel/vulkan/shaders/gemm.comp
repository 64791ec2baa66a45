// SPDX-License-Identifier: Apache-2.0
// Y = A * B, batched: an invocation computes 4 rows of one column, so that neighbours read neighbouring elements of B
// and the same ones of A.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(constant_id = 0) const uint ACTIVATION = 0u;
layout(constant_id = 1) const uint BIAS = 0u;
layout(constant_id = 2) const uint FIXED = 0u;
layout(constant_id = 3) const uint REAL = 0u;  // of integer operands, as floats

layout(push_constant) uniform Parameters {
  uint m, k, n, aRow, aStep, bStep, bColumn, cRow, cColumn;
  float alpha, beta, a, b;
  int aZero, yZero, low, high;
} p;

#ifdef QUANTIZED
#include "requantize.glsl"
#define ELEMENT int
#define FOUR ivec4
#else
#include "activation.glsl"
#define ELEMENT float
#define FOUR vec4
#endif
layout(binding = 0) readonly buffer A { ELEMENT left[]; };
layout(binding = 1) readonly buffer B { ELEMENT right[]; };
layout(binding = 2) readonly buffer C { ELEMENT bias[]; };
// First two words a matrix pair: where A and B start. Quantized, then 3 words a column: zero point, factor, shift.
layout(binding = 3) readonly buffer Table { uint table[]; };
layout(binding = 4) writeonly buffer Y { ELEMENT y[]; };

void store(uint batch, uint i, uint j, ELEMENT sum) {
  if (i >= p.m) return;
  uint at = (batch * p.m + i) * p.n + j;
#ifdef QUANTIZED
  uint column = 2u * gl_NumWorkGroups.z + 3u * j;
  if (BIAS != 0u) sum += bias[i * p.cRow + j * p.cColumn];
  if (REAL != 0u) {
    precise float value = float(sum) * uintBitsToFloat(table[column + 1u]);
    y[at] = floatBitsToInt(value);
  } else {
    y[at] = requantize(sum, int(table[column + 1u]), int(table[column + 2u]), p.yZero, p.low, p.high);
  }
#else
  float value = p.alpha * sum;
  if (BIAS != 0u) value += p.beta * bias[i * p.cRow + j * p.cColumn];
  y[at] = activate(ACTIVATION, value, p.a, p.b);
#endif
}

void main() {
  uint j = gl_WorkGroupID.x * 64u + gl_LocalInvocationID.x;
  if (j >= p.n) return;
  uint first = gl_WorkGroupID.y * 4u, batch = gl_WorkGroupID.z;
  uint fromA = table[2u * batch], fromB = table[2u * batch + 1u] + j * p.bColumn;
  // Rows beyond the last one repeat it; their sums are dropped.
  uint row0 = fromA + first * p.aRow, row1 = fromA + min(first + 1u, p.m - 1u) * p.aRow;
  uint row2 = fromA + min(first + 2u, p.m - 1u) * p.aRow, row3 = fromA + min(first + 3u, p.m - 1u) * p.aRow;
  FOUR sum = FOUR(0);
#ifdef QUANTIZED
  int bZero = int(table[2u * gl_NumWorkGroups.z + 3u * j]);
#endif
  for (uint k = 0u; k < p.k; ++k) {
    uint step = k * p.aStep;
    FOUR four = FOUR(left[row0 + step], left[row1 + step], left[row2 + step], left[row3 + step]);
#ifdef QUANTIZED
    sum += (four - p.aZero) * (right[fromB + k * p.bStep] - bZero);
#else
    sum += four * right[fromB + k * p.bStep];
#endif
  }
  for (uint i = 0u; i < 4u; ++i) store(batch, first + i, j, sum[i]);
}
