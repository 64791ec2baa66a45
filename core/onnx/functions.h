// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/onnx/limits.h"

namespace ew::onnx {

/// How many nodes a model's calls may become.
inline constexpr std::int64_t kExpandedNodes = 200'000;

/// Whether a node calls one of the model's local functions, directly or in a graph inside it.
bool callsFunctions(const Graph& graph);

/// The graph with the nodes of the functions in place of the calls, for inference and for running; the document keeps the
/// calls. A function that imports other operator set versions than the model becomes the body of a Call (core/ops/call.cpp),
/// whose graph has its own. Invalid: a call that does not fit the function. Limit: more than kExpandedNodes nodes.
Result<Graph> expandFunctions(const Graph& graph, const Limits& limits = {});

}  // namespace ew::onnx
