// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "accel/cpu/eltwise.h"
#include "core/run/backend.h"

namespace ew::cpu {

/// What runs on the result of a layer before it is written: an element-wise function, or the addition of another value.
struct PostOp {
  std::optional<Eltwise> eltwise;
  ValueId residual = kNone;
};

/// Nodes that run as one: a layer that names the group, and what was fused into it. A group of one is just its node.
struct Group {
  const Node* anchor = nullptr;
  const Node* batchNorm = nullptr;      ///< folded into the anchor's weights
  ValueId bias = kNone;                 ///< constant of a following Add, one a column
  std::vector<PostOp> postOps;
  std::vector<const Node*> fused;       ///< all nodes after the anchor, in execution order

  ValueId output() const { return (fused.empty() ? anchor : fused.back())->output(0); }
  bool single() const { return fused.empty(); }
};

/// All nodes of the graph in groups, ordered so that each group comes after those that it reads from. Nothing that
/// `options` observes, that a subgraph or a second node reads, or that is a graph output disappears in a group.
std::vector<Group> fuse(const Graph& graph, const CompileOptions& options);

}  // namespace ew::cpu
