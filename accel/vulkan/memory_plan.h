// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "accel/vulkan/program.h"

namespace ew::vulkan {

/// Gives every slot that is no constant an offset so that slots used at the same time never overlap: largest first, each
/// at the lowest free place. Returns the bytes of all.
std::uint64_t planMemory(std::vector<Slot>& slots, std::uint64_t alignment);

}  // namespace ew::vulkan
