// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/simulate/timing.h"

namespace ew::simulate {

/// Joules of one layer: watts while it runs, else picojoules of its MACs and bytes.
struct LayerEnergy {
  Prediction joules;
  std::string source;
  std::string missing;  ///< not empty: cannot be predicted, and why
};

LayerEnergy energyOf(const LayerWork& work, const LayerTime& time, const device::Profile& profile);

}  // namespace ew::simulate
