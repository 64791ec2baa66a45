// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph_edit.h"

namespace ew::transform {

/// Rewrites a graph of an older operator set to opset 13, which has DequantizeLinear with one scale a channel. Does
/// nothing when it is there already. Unsupported, with the node, when an operator's older meaning has no counterpart.
/// Shapes must be inferred.
Status upgradeToOpset13(GraphEdit& edit);

}  // namespace ew::transform
