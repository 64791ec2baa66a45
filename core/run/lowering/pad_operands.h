// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/graph/graph.h"

namespace ew::lowering {

struct Pads {
  std::vector<std::int64_t> begin, end;  ///< by axis
};

/// The constant paddings of a Pad; nothing when they are not constant or some are negative.
std::optional<Pads> padsOf(const Graph& graph, const Node& node, std::size_t rank);
/// The number that a Pad pads with; nothing when it is not constant.
std::optional<double> padValue(const Graph& graph, const Node& node);
/// The `pads` of a convolution or pooling with those of a Pad before it added; nothing when that pads more than spatial axes.
std::optional<std::vector<std::int64_t>> joinedPads(const Pads& pads, const Node& window);

}  // namespace ew::lowering
