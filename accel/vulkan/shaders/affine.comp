// SPDX-License-Identifier: Apache-2.0
// y = x * scale + shift with one scale and shift a channel: BatchNormalization in inference.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"
#include "activation.glsl"

layout(constant_id = 0) const uint ACTIVATION = 0u;
layout(push_constant) uniform Parameters {
  uint count, channels, inner;
  float a, b;
} p;
layout(binding = 0) readonly buffer X { float x[]; };
layout(binding = 1) readonly buffer Channels { vec2 channel[]; };
layout(binding = 4) writeonly buffer Y { float y[]; };

void main() {
  uint at = flatIndex();
  if (at >= p.count) return;
  vec2 c = channel[at / p.inner % p.channels];
  y[at] = activate(ACTIVATION, x[at] * c.x + c.y, p.a, p.b);
}
