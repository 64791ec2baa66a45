// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ew {

/// Processors that this process may use.
int processorCount();

/// The threads that a run uses when `wanted` are asked for: all that OpenMP would take for 0, and never more than there
/// are processors, since threads that share one only wait for each other.
int usedThreads(int wanted);

}  // namespace ew
