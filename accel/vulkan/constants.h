// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include "core/base/progress.h"
#include "core/graph/graph.h"

namespace ew::vulkan {

/// Whether the value is known before running: stored, or computed by foldable nodes from stored ones.
bool isConstant(const Graph& graph, ValueId id);
/// Whether every operand of the node is constant, so that its reference code can run once, at compile time.
bool isFoldable(const Graph& graph, const Node& node);
/// The content of a small constant operand (a scale, bounds, pads); nothing when it is not constant, or not small.
std::optional<Tensor> smallConstant(const Graph& graph, ValueId id);

/// The values that foldable nodes give. The error of a node that fails names it.
Result<std::map<ValueId, Tensor>> foldConstants(const Graph& graph, Progress& progress);

}  // namespace ew::vulkan
