// SPDX-License-Identifier: Apache-2.0
// 64 invocations a group. 8-bit tensors are held as one int an element, floats as floats.
layout(local_size_x = 64) in;

/// The number of this invocation in a dispatch that folds one long axis into x and y.
uint flatIndex() { return (gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x) * 64u + gl_LocalInvocationID.x; }
