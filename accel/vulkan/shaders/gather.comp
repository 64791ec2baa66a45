// SPDX-License-Identifier: Apache-2.0
// Moves elements by a table: y[i] = x[from[i]].
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(push_constant) uniform Parameters { uint count; } p;
layout(binding = 0) readonly buffer X { uint x[]; };
layout(binding = 1) readonly buffer Table { uint from[]; };
layout(binding = 4) writeonly buffer Y { uint y[]; };

void main() {
  uint at = flatIndex();
  if (at < p.count) y[at] = x[from[at]];
}
