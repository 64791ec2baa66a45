// SPDX-License-Identifier: Apache-2.0
// Maximum or average over windows of a plane; taps outside the input do not count.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(constant_id = 0) const uint AVERAGE = 0u;
layout(constant_id = 1) const uint INCLUDE_PAD = 0u;
layout(constant_id = 2) const uint FIXED = 0u;

layout(push_constant) uniform Parameters {
  uint count, height, width, outHeight, outWidth, kernelHeight, kernelWidth;
  int strideY, strideX, dilationY, dilationX, padY, padX, padEndY, padEndX;
  int xZero, yZero, low, high;
} p;

#ifdef QUANTIZED
#include "requantize.glsl"
#define ELEMENT int
layout(binding = 1) readonly buffer Factors { ivec2 factor[]; };  // factor and shift by number of taps
#else
#define ELEMENT float
#endif
layout(binding = 0) readonly buffer X { ELEMENT x[]; };
layout(binding = 4) writeonly buffer Y { ELEMENT y[]; };

/// Taps of one axis that meet the input or its padding (but not what ceil_mode puts behind it).
int paddedTaps(int start, uint extent, int padEnd, int dilation, uint kernel) {
  int last = int(extent) + padEnd - 1 - start;
  return last < 0 ? 0 : min(last / dilation + 1, int(kernel));
}

void main() {
  uint at = flatIndex();
  if (at >= p.count) return;
  uint position = at % (p.outHeight * p.outWidth), image = at / (p.outHeight * p.outWidth) * p.height * p.width;
  int top = int(position / p.outWidth) * p.strideY - p.padY, left = int(position % p.outWidth) * p.strideX - p.padX;
#ifdef QUANTIZED
  int best = p.low;
#else
  float best = uintBitsToFloat(0xff800000u);
#endif
  ELEMENT sum = ELEMENT(0);
  int taps = 0;
  for (uint ky = 0u; ky < p.kernelHeight; ++ky) {
    int row = top + int(ky) * p.dilationY;
    if (row < 0 || row >= int(p.height)) continue;
    for (uint kx = 0u; kx < p.kernelWidth; ++kx) {
      int column = left + int(kx) * p.dilationX;
      if (column < 0 || column >= int(p.width)) continue;
      ELEMENT value = x[image + uint(row) * p.width + uint(column)];
      ++taps;
#ifdef QUANTIZED
      if (AVERAGE != 0u) sum += value - p.xZero;
      else best = max(best, value);
#else
      if (AVERAGE != 0u) sum += value;
      else if (value > best || isnan(value)) best = value;
#endif
    }
  }
  if (INCLUDE_PAD != 0u)
    taps = paddedTaps(top, p.height, p.padEndY, p.dilationY, p.kernelHeight) * paddedTaps(left, p.width, p.padEndX, p.dilationX, p.kernelWidth);
  if (AVERAGE == 0u) {
    y[at] = best;
    return;
  }
#ifdef QUANTIZED
  ivec2 f = factor[max(taps, 1)];
  y[at] = requantize(sum, f.x, f.y, p.yZero, p.low, p.high);
#else
  y[at] = taps > 0 ? sum / float(taps) : 0.0;
#endif
}
