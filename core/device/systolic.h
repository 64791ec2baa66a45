// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/device/profile.h"

namespace ew::device {

/// A layer as a matrix product [m x k] * [k x n], `groups` times (depthwise: one group a channel).
struct MatrixWork {
  std::int64_t m = 0, k = 0, n = 0, groups = 1;
  std::int64_t inputBytes = 0, weightBytes = 0, outputBytes = 0;  ///< of the whole layer
};

struct SystolicCycles {
  std::int64_t compute = 0;   ///< fill, stream and drain of every fold
  std::int64_t memory = 0;    ///< cycles that the transfers need at the array's DMA width
  std::int64_t total = 0;     ///< max(compute, memory): double buffered
  double utilization = 0;     ///< MACs / (rows * columns * total)
};

/// Analytical cycles of a weight- or output-stationary array, as SCALE-Sim counts them (Samajdar et al., "A
/// systematic methodology for characterizing scalability of DNN accelerators using SCALE-Sim", ISPASS 2020). A fold is
/// one placement of the work on the array:
///   ws: ceil(k/rows) * ceil(n/columns) folds of 2*rows + columns + m - 2 cycles
///   os: ceil(m/rows) * ceil(n/columns) folds of rows + columns + k - 2 cycles
/// Groups run one after another, except depthwise ones (n of 1 or 2) on an array whose columns each have a MAC for
/// them: ceil(m * n * groups / columns) * k cycles.
/// Transfers: weights and outputs once; inputs once when they fit in the buffer, else once for every column fold.
SystolicCycles systolicCycles(const MatrixWork& work, const SystolicArray& array);

/// Cycles of a layer that only moves or combines values (pooling, additions): one element a column and cycle.
SystolicCycles vectorCycles(std::int64_t elements, std::int64_t bytes, const SystolicArray& array);

/// "systolic 32x32 ws"
std::string systolicName(const SystolicArray& array);

}  // namespace ew::device
