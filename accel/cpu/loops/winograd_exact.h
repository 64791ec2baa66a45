// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/loops/winograd_loops.h"

namespace ew::cpu {

/// The outputs of one tile by the definition of convolution, for the filters of block `block`, without the bias:
/// `values` is [row][column][lane]. Winograd's algorithm mixes all inputs of a tile, so that one NaN, Inf or number near the
/// largest would reach outputs that do not depend on it. `tile` counts through all images; x lies in blocks of channels.
void convolveTile(const WinogradShape& shape, std::int64_t tile, std::int64_t block, const float* x, const std::byte* kernels, float* values);

}  // namespace ew::cpu
