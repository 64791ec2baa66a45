// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ew {

/// Processors that this process may use.
int processorCount();

/// The threads that a run uses when `wanted` are asked for: not more than there are processors, since threads that share
/// one only wait for each other. For 0 what OpenMP takes, which OMP_NUM_THREADS may raise beyond that.
int usedThreads(int wanted);

}  // namespace ew
