// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/vulkan/device.h"
#include "core/run/backend.h"

namespace ew::vulkan {

/// Uploads the constants and records the commands of `graph`, whose nodes all have kernels.
Result<std::unique_ptr<Executable>> makeExecutable(const Graph& graph, const CompileOptions& options, const Device& device, Progress& progress);

}  // namespace ew::vulkan
