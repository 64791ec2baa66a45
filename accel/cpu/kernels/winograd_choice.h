// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "accel/cpu/loops/winograd_loops.h"

namespace ew::cpu {

/// Outputs of a tile on a side (2 or 4) with which Winograd's algorithm is fastest for a shape, 0 when oneDNN's direct
/// convolution is. Measured once for each shape; `shape.tile` is ignored.
int fastestWinogradTile(const WinogradShape& shape, std::span<const WinogradPostOp> postOps, int threads);

}  // namespace ew::cpu
