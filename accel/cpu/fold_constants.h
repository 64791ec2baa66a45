// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "core/graph/graph.h"

namespace ew::cpu {

/// A graph whose nodes that read only constants (or only the shape of a known value) are gone; what they computed are
/// initializers now. Ids of nodes and values stay.
struct Folded {
  Graph graph;
  std::map<ValueId, Tensor> computed;
};

Result<Folded> foldConstants(const Graph& graph);

}  // namespace ew::cpu
