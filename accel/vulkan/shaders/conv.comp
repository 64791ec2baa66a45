// SPDX-License-Identifier: Apache-2.0
// Direct convolution: an invocation computes a block of 8 or 16 filters at one position, so that one input element makes
// as many products. Weights lie as [block][kernel row][kernel column][channel][8 or 16]; all invocations of a group read
// the same ones.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(constant_id = 0) const uint ACTIVATION = 0u;
layout(constant_id = 1) const uint RESIDUAL = 0u;
layout(constant_id = 2) const uint FIXED = 0u;
layout(constant_id = 3) const uint FOURS = 2u;  // of filters in a block: 2 or 4

layout(push_constant) uniform Parameters {
  uint channels, height, width, groupChannels, groupFilters, filters, blocksPerGroup;
  uint outHeight, outWidth, kernelHeight, kernelWidth;
  int strideY, strideX, dilationY, dilationX, padY, padX;
  float a, b;
  int xZero, yZero, low, high;
} p;

#ifdef QUANTIZED
#include "requantize.glsl"
#define ELEMENT int
#define FOUR ivec4
layout(binding = 2) readonly buffer Channels { ivec4 channel[]; };  // bias, factor, shift
#else
#include "activation.glsl"
#define ELEMENT float
#define FOUR vec4
layout(binding = 2) readonly buffer Channels { float bias[]; };
layout(binding = 3) readonly buffer Residual { float residual[]; };
#endif
layout(binding = 0) readonly buffer X { ELEMENT x[]; };
layout(binding = 1) readonly buffer W { FOUR w[]; };
layout(binding = 4) writeonly buffer Y { ELEMENT y[]; };

void store(uint at, uint m, ELEMENT sum) {
#ifdef QUANTIZED
  ivec4 c = channel[m];
  y[at] = requantize(sum + c.x, c.y, c.z, p.yZero, p.low, p.high);
#else
  float value = sum + bias[m];
  if (RESIDUAL != 0u) value += residual[at];
  y[at] = activate(ACTIVATION, value, p.a, p.b);
#endif
}

void main() {
  uint plane = p.outHeight * p.outWidth, inPlane = p.height * p.width;
  uint pixel = gl_WorkGroupID.x * 64u + gl_LocalInvocationID.x;
  if (pixel >= plane) return;
  uint block = gl_WorkGroupID.y, n = gl_WorkGroupID.z, group = block / p.blocksPerGroup;
  uint first = group * p.groupFilters + (block % p.blocksPerGroup) * FOURS * 4u;
  uint count = min(FOURS * 4u, (group + 1u) * p.groupFilters - first);
  int top = int(pixel / p.outWidth) * p.strideY - p.padY, left = int(pixel % p.outWidth) * p.strideX - p.padX;
  uint image = (n * p.channels + group * p.groupChannels) * inPlane;
  FOUR sum0 = FOUR(0), sum1 = FOUR(0), sum2 = FOUR(0), sum3 = FOUR(0);
  for (uint ky = 0u; ky < p.kernelHeight; ++ky) {
    int row = top + int(ky) * p.dilationY;
    if (row < 0 || row >= int(p.height)) continue;
    for (uint kx = 0u; kx < p.kernelWidth; ++kx) {
      int column = left + int(kx) * p.dilationX;
      if (column < 0 || column >= int(p.width)) continue;
      uint from = image + uint(row) * p.width + uint(column);
      uint weights = ((block * p.kernelHeight + ky) * p.kernelWidth + kx) * p.groupChannels * FOURS;
      for (uint c = 0u; c < p.groupChannels; ++c) {
#ifdef QUANTIZED
        int value = x[from + c * inPlane] - p.xZero;
#else
        float value = x[from + c * inPlane];
#endif
        uint at = weights + FOURS * c;
        sum0 += value * w[at];
        sum1 += value * w[at + 1u];
        if (FOURS == 4u) {
          sum2 += value * w[at + 2u];
          sum3 += value * w[at + 3u];
        }
      }
    }
  }
  uint to = (n * p.filters + first) * plane + pixel;
  for (uint i = 0u; i < 4u; ++i) {
    if (i < count) store(to + i * plane, first + i, sum0[i]);
    if (i + 4u < count) store(to + (i + 4u) * plane, first + i + 4u, sum1[i]);
    if (FOURS == 4u && i + 8u < count) store(to + (i + 8u) * plane, first + i + 8u, sum2[i]);
    if (FOURS == 4u && i + 12u < count) store(to + (i + 12u) * plane, first + i + 12u, sum3[i]);
  }
}
