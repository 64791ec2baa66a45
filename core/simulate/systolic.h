// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/device/profile.h"

namespace ew::simulate {

/// A layer as a matrix product [m x k] * [k x n], `groups` times (depthwise: one group a channel).
struct MatrixWork { std::int64_t m = 0, k = 0, n = 0, groups = 1, inputBytes = 0, weightBytes = 0, outputBytes = 0; };

struct SystolicCycles {
  std::int64_t compute = 0;   ///< fill, stream and drain of every fold
  std::int64_t memory = 0;    ///< cycles that the transfers need at the array's DMA width
  std::int64_t total = 0;     ///< max(compute, memory): double buffered
  double utilization = 0;     ///< MACs / (rows * columns * total)
};

/// Analytical cycles of an output- or weight-stationary array, as in SCALE-Sim (Samajdar et al. 2018).
SystolicCycles systolicCycles(const MatrixWork& work, const device::SystolicArray& array);

}  // namespace ew::simulate
