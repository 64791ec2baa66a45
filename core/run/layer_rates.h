// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/run/bench.h"
#include "core/run/peaks.h"

namespace ew {

/// What a layer achieved, and which of the machine's limits it would meet first.
struct LayerRate {
  double gopPerS = 0;        ///< floating-point or integer operations, a multiply-accumulate is two
  double gbPerS = 0;
  /// "compute", "level2", "level3" or "memory"; empty when nothing was measured for what the layer does.
  std::string bound;
  /// Of that limit, 0..1. More than 1 for algorithms that need fewer operations than are counted (Winograd, sparse).
  double fraction = 0;
};

/// The least time for a layer is that for its operations at the peak of its precision, or for its bytes at the rate of the
/// nearest level that holds them all, whichever is longer.
LayerRate rateOf(const LayerTime& layer, const Peaks& peaks);

}  // namespace ew
