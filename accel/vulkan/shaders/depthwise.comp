// SPDX-License-Identifier: Apache-2.0
// Convolution with one input channel a filter; every group works on one output plane.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(constant_id = 0) const uint ACTIVATION = 0u;
layout(constant_id = 1) const uint RESIDUAL = 0u;
layout(constant_id = 2) const uint FIXED = 0u;

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
layout(binding = 2) readonly buffer Channels { ivec4 channel[]; };  // bias, factor, shift
#else
#include "activation.glsl"
#define ELEMENT float
layout(binding = 2) readonly buffer Channels { float bias[]; };
layout(binding = 3) readonly buffer Residual { float residual[]; };
#endif
layout(binding = 0) readonly buffer X { ELEMENT x[]; };
layout(binding = 1) readonly buffer W { ELEMENT w[]; };
layout(binding = 4) writeonly buffer Y { ELEMENT y[]; };

void main() {
  uint plane = p.outHeight * p.outWidth;
  uint pixel = gl_WorkGroupID.x * 64u + gl_LocalInvocationID.x;
  if (pixel >= plane) return;
  uint n = gl_WorkGroupID.z, m = gl_WorkGroupID.y;
  int top = int(pixel / p.outWidth) * p.strideY - p.padY, left = int(pixel % p.outWidth) * p.strideX - p.padX;
  uint image = (n * p.channels + m / p.groupFilters) * p.height * p.width;
  ELEMENT sum = ELEMENT(0);
  for (uint ky = 0u; ky < p.kernelHeight; ++ky) {
    int row = top + int(ky) * p.dilationY;
    if (row < 0 || row >= int(p.height)) continue;
    for (uint kx = 0u; kx < p.kernelWidth; ++kx) {
      int column = left + int(kx) * p.dilationX;
      if (column < 0 || column >= int(p.width)) continue;
      ELEMENT value = x[image + uint(row) * p.width + uint(column)];
#ifdef QUANTIZED
      value -= p.xZero;
#endif
      sum += value * w[(m * p.kernelHeight + ky) * p.kernelWidth + kx];
    }
  }
  uint at = (n * p.filters + m) * plane + pixel;
#ifdef QUANTIZED
  ivec4 c = channel[m];
  y[at] = requantize(sum + c.x, c.y, c.z, p.yZero, p.low, p.high);
#else
  float value = sum + bias[m];
  if (RESIDUAL != 0u) value += residual[at];
  y[at] = activate(ACTIVATION, value, p.a, p.b);
#endif
}
