// SPDX-License-Identifier: Apache-2.0
// Any function of one byte: y = table[x - lowest value of x's type].
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(push_constant) uniform Parameters {
  uint count;
  int lowest;
} p;
layout(binding = 0) readonly buffer X { int x[]; };
layout(binding = 1) readonly buffer Table { uint table[]; };
layout(binding = 4) writeonly buffer Y { uint y[]; };

void main() {
  uint at = flatIndex();
  if (at < p.count) y[at] = table[x[at] - p.lowest];
}
