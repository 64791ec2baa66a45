// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "core/base/progress.h"
#include "core/graph/graph.h"

namespace ew::vulkan {

/// Whether every operand of the node is stored, so that its reference code can run once, at compile time. Results of
/// such nodes do not count as stored: a plan may put them into another segment, where they are inputs.
bool isFoldable(const Graph& graph, const Node& node);

/// The values that foldable nodes give. The error of a node that fails names it.
Result<std::map<ValueId, Tensor>> foldConstants(const Graph& graph, Progress& progress);

}  // namespace ew::vulkan
