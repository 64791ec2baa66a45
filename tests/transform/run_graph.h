// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/graph/graph.h"
#include "core/transform/pass.h"

namespace ew::test {

/// Runs a graph on the reference backend; aborts the test with the error's text when it cannot.
std::vector<Tensor> runGraph(const Graph& graph, const std::vector<Tensor>& inputs);
/// Normally distributed float inputs for every graph input (dynamic extents become 2).
std::vector<Tensor> randomInputs(const Graph& graph, unsigned seed);

/// Largest |a - b| over all outputs, relative to the largest |a|.
double relativeDifference(const std::vector<Tensor>& a, const std::vector<Tensor>& b);

/// Applies a pass that must succeed.
Graph applied(Result<transform::PassResult> result);

/// The verdict on a node, or one with an empty verdict.
transform::NodeVerdict verdictOf(const std::vector<transform::NodeVerdict>& verdicts, const std::string& node);

}  // namespace ew::test
