// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/ops/recurrent.h"

namespace ew::ops {

/// Attributes activations, activation_alpha and activation_beta: one list for each direction, `defaults` when absent.
Result<std::vector<CellActivation>> cellActivations(const Node& node, const std::vector<std::string>& defaults, std::size_t directions);

}  // namespace ew::ops
