// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace ew::device {

/// Small typical loops for measuring this machine. They are timed, their results are never used.

/// c[16][64] += a[16][depth] * b[depth][64], the tile that matrix kernels are made of.
inline constexpr int tileRows = 16, tileColumns = 64, tileDepth = 256;
void floatTile(const float* a, const float* b, float* c);
/// The same work on bytes with int32 sums, both operands contiguous along the depth: c[16][64], a[16][256], b[64][256].
void byteTile(const std::uint8_t* a, const std::int8_t* b, std::int32_t* c);
/// 3x3 depthwise convolution of one padded channel, `rows` x `columns` outputs.
void depthwisePlane(const float* x, const float* w, float* y, int rows, int columns);

}  // namespace ew::device
