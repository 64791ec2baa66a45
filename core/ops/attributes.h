// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/graph/graph.h"

namespace ew::ops {

/// An axis in -rank .. rank-1 as 0 .. rank-1; Invalid with the range otherwise. `what` names it in the error.
Result<std::size_t> normalizedAxis(std::int64_t axis, std::size_t rank, const std::string& what = "axis");

/// Several axes, in the order given; Invalid when one is out of range or comes twice.
Result<std::vector<std::size_t>> normalizedAxes(std::span<const std::int64_t> axes, std::size_t rank,
                                                const std::string& what = "axes");

/// A list attribute of exactly `count` entries, each `otherwise` when the attribute is absent. Invalid on another length,
/// an entry below `least`, or one over 2^31 - 1 (so that sums and products of a few stay inside int64).
Result<std::vector<std::int64_t>> listAttribute(const Node& node, const std::string& name, std::size_t count,
                                                std::int64_t otherwise, std::int64_t least);

}  // namespace ew::ops
