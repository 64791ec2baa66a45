// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/simulate/simulate.h"
#include "core/simulate/work.h"

namespace ew::simulate {

/// What the model needs against what the device has; the sentences are made to be shown.
std::vector<FitVerdict> verdictsOf(const Report& report, const std::vector<LayerWork>& layers, const device::Profile& profile);

}  // namespace ew::simulate
