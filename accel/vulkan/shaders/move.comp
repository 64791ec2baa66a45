// SPDX-License-Identifier: Apache-2.0
// Moves elements: every position of the output takes the element that strides point at, when it lies inside a box of
// the output; outside it takes a fill value or stays as it is. Transposition, padding, slices, parts of a concatenation.
#version 450
#extension GL_GOOGLE_include_directive : enable
#include "common.glsl"

layout(constant_id = 0) const uint RANK = 1u;
layout(constant_id = 1) const uint FILL = 0u;
layout(constant_id = 2) const uint LOOKUP = 0u;  // passes what it moves through a table of 256

layout(push_constant) uniform Parameters {
  uint extents[6];
  int strides[6], begin[6], box[6];
  uint count;
  int from;
  uint fill;
  int lowest;
} p;
layout(binding = 0) readonly buffer X { uint x[]; };
layout(binding = 1) readonly buffer Table { uint table[]; };
layout(binding = 4) writeonly buffer Y { uint y[]; };

void main() {
  uint at = flatIndex();
  if (at >= p.count) return;
  uint rest = at;
  int from = p.from;
  bool inside = true;
  for (uint i = RANK; i-- > 0u;) {
    int index = int(rest % p.extents[i]) - p.begin[i];
    rest /= p.extents[i];
    inside = inside && index >= 0 && index < p.box[i];
    from += index * p.strides[i];
  }
  if (inside) y[at] = LOOKUP != 0u ? table[int(x[from]) - p.lowest] : x[from];
  else if (FILL != 0u) y[at] = p.fill;
}
