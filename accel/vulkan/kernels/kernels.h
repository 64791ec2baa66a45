// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "accel/vulkan/builder.h"
#include "core/base/reason.h"

namespace ew::vulkan {

/// How one operator runs here.
struct Kernel {
  std::string_view op, domain;
  /// Why not, beyond what refusalOf() asks of every operator; nothing when it can.
  std::optional<Reason> (*refusal)(const Graph& graph, const Node& node);
  Status (*build)(Builder& builder, const Group& group);
};

/// nullptr when there is none.
const Kernel* kernelFor(const Node& node);

/// Nothing when the node can run here: it is folded at compile time, or has a kernel that takes it, with static shapes
/// and tensors of at most `largestBuffer` bytes on the device.
std::optional<Reason> refusalOf(const Graph& graph, const Node& node, std::uint64_t largestBuffer);

}  // namespace ew::vulkan
