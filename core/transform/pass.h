// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/reason.h"
#include "core/graph/graph_edit.h"

namespace ew::transform {

/// What a step did to one node, or why it left it alone.
struct NodeVerdict {
  std::string node;      ///< display name
  std::string verdict;   ///< folded | pruned | shrunk | quantized | removed | kept
  std::string reason;    ///< words of the Reason table when kept, else what was done ("16 -> 14 channels")
  std::string reasonKey; ///< stable key when kept
};

NodeVerdict kept(const Graph& graph, const Node& node, const Reason& reason);
NodeVerdict done(const Graph& graph, const Node& node, std::string verdict, std::string what);

/// What a pass returns: an edit that the driver applies, and what was changed or left alone and why.
struct PassResult {
  GraphEdit edit;
  std::vector<NodeVerdict> verdicts;
};

/// Applies the edit, verifies, and re-infers types and shapes (Invalid names the broken node).
Result<Graph> applyEdit(PassResult& result);

/// Turns Constant nodes into initializers, so that a pass meets one kind of constant.
void liftConstants(GraphEdit& edit);

/// Adds the origin of a node whose work `node` does from now on.
void mergeOrigin(Node& node, const Node& absorbed);

/// A tensor of a numeric type, each value rounded to it once.
Result<Tensor> tensorFromDoubles(DType type, const Dims& dims, std::span<const double> values);

}  // namespace ew::transform
