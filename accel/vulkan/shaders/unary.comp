// SPDX-License-Identifier: Apache-2.0
// One function of one operand.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"
#include "activation.glsl"

layout(constant_id = 0) const uint ACTIVATION = 0u;
layout(push_constant) uniform Parameters {
  uint count;
  float a, b;
} p;
layout(binding = 0) readonly buffer X { float x[]; };
layout(binding = 4) writeonly buffer Y { float y[]; };

void main() {
  uint at = flatIndex();
  if (at < p.count) y[at] = activate(ACTIVATION, x[at], p.a, p.b);
}
