// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ops/infer.h"

namespace ew::ops {

/// Extents that a user fixes, by name: all of an input ("x" -> 1, 3, 224, 224), those of a symbol ("N" -> 1), or one of
/// an input ("x:0" -> 1).
using FixedShapes = std::map<std::string, Dims>;

/// Where a dynamic dimension of the inputs is: the symbol, and "input:axis" for each of its places. A dimension
/// without a symbol stands for itself.
struct DynamicDim {
  std::string symbol;
  struct Place { ValueId input = kNone; std::size_t axis = 0; };
  std::vector<Place> places;
};
/// In the order of the inputs.
std::vector<DynamicDim> dynamicDims(const Graph& graph);

/// The first input whose shape is not known in full; kNone when there is none.
ValueId firstDynamicInput(const Graph& graph);

/// What inferShapes() takes for them. Invalid, with the inputs and symbols that there are, when a name is none of
/// them; a name that is several means the input first and then the symbol.
Result<InferOptions> optionsFor(const Graph& graph, const FixedShapes& fixed);

/// The same model with these extents, and all shapes that follow from them written into it.
Result<Inference> freezeShapes(const Graph& graph, const FixedShapes& fixed);

}  // namespace ew::ops
