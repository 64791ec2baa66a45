// SPDX-License-Identifier: Apache-2.0
// Softmax along one axis: an invocation works through one line.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"
#include "activation.glsl"

layout(push_constant) uniform Parameters { uint lines, extent, inner; } p;
layout(binding = 0) readonly buffer X { float x[]; };
layout(binding = 4) buffer Y { float y[]; };

void main() {
  uint line = flatIndex();
  if (line >= p.lines) return;
  uint first = line / p.inner * p.extent * p.inner + line % p.inner;
  float highest = x[first];
  for (uint k = 1u; k < p.extent; ++k) highest = max(highest, x[first + k * p.inner]);
  float sum = 0.0;
  for (uint k = 0u; k < p.extent; ++k) {
    float difference = x[first + k * p.inner] - highest;
    float value = isnan(difference) ? difference : exponential(difference);
    sum += value;
    y[first + k * p.inner] = value;
  }
  for (uint k = 0u; k < p.extent; ++k) y[first + k * p.inner] /= sum;
}
