// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "accel/vulkan/activation.h"
#include "core/run/backend.h"

namespace ew::vulkan {

/// Nodes that run as one: a layer that names the group, and what was fused into it, in this order.
struct Group {
  const Node* anchor = nullptr;
  const Node* batchNorm = nullptr;  ///< folded into the anchor's weights
  ValueId residual = kNone;         ///< added
  Activation activation;            ///< applied last
  std::vector<const Node*> fused;   ///< all nodes after the anchor, in execution order

  ValueId output() const { return (fused.empty() ? anchor : fused.back())->output(0); }
};

/// All nodes in groups, each after those that it reads from. Nothing that `options` observes, that a second node reads,
/// or that is a graph output disappears in a group.
std::vector<Group> fuse(const Graph& graph, const CompileOptions& options);

}  // namespace ew::vulkan
