// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "core/run/backend.h"

namespace ew::cpu {

/// A graph whose Pad nodes are gone where the only reader is a convolution that can do the padding itself, and so are
/// slices into channels (absorb_slices.h). Ids stay; `into` names the absorbed nodes by the convolution.
struct Absorbed {
  Graph graph;
  std::map<NodeId, std::vector<NodeId>> into;
};

Result<Absorbed> absorbPads(const Graph& graph, const CompileOptions& options);

}  // namespace ew::cpu
