// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/base/reason.h"
#include "core/graph/graph.h"

namespace ew::fpga {

/// How the accelerator runs an operator.
enum class Unit {
  Array,   ///< a matrix product on the array
  Vector,  ///< element by element, by the reference code: integers in, the same integers out
};

/// The unit for a node of an inferred, lowered graph, or why there is none.
struct Placement {
  std::optional<Unit> unit;
  Reason refusal;
};
Placement placeOf(const Graph& graph, const Node& node);

}  // namespace ew::fpga
