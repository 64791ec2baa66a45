// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/graph/graph.h"

namespace ew::vulkan {

/// An element-wise function by its number in shaders/activation.glsl; 0 leaves values as they are.
struct Activation {
  std::uint32_t number = 0;
  float a = 0, b = 0;
};

/// The function that a float node applies; nothing when it is none, or has bounds that are not constant.
std::optional<Activation> activationOf(const Graph& graph, const Node& node);

}  // namespace ew::vulkan
