// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/run/backend.h"

namespace ew {

/// Compute shaders on the best Vulkan device of this machine, which is looked for when first needed. Float layers, and
/// integer layers with the bytes of the reference.
std::shared_ptr<const Backend> makeVulkanBackend();

}  // namespace ew
