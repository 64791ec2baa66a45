// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/graph/graph.h"
#include "core/onnx/limits.h"
#include "core/onnx/onnx_file.h"

namespace ew::onnx {

/// What becomes of a call of a function that imports other operator set versions than the model, so that its nodes would
/// mean something else beside the model's own.
enum class OtherVersions {
  Run,   ///< a Call (core/ops/call.cpp), whose graph has versions of its own; nothing that a file could hold
  Leave, ///< it stays a call
};

/// The graph with the nodes of the local functions in place of their calls. The functions stay in its info. Invalid: a call
/// that does not fit the function. Limit: more than limits.expandedNodes.
Result<Graph> expandFunctions(const Graph& graph, OtherVersions others, const Limits& limits = {});

/// The same for a model that is shown and changed layer by layer; the warnings say what was expanded, or why not.
void showFunctionsAsNodes(Imported& imported);

}  // namespace ew::onnx
