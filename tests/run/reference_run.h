// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace ew::test {

/// The graph of `text` with types and shapes inferred.
Graph inferred(const std::string& text);
/// Outputs by the reference code of each operator.
std::vector<Tensor> runReference(const Graph& graph, const std::vector<Tensor>& inputs);
/// Types of operators in the order of the nodes, a space between them.
std::string operatorsOf(const Graph& graph);

}  // namespace ew::test
