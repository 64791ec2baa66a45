// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "core/run/backend.h"

/// Skips a test, saying why, where there is no Vulkan device.
#define EW_REQUIRE_VULKAN(backend)                                                                    \
  const std::shared_ptr<const ::ew::Backend> backend = ::ew::makeVulkanBackend();                     \
  if (const ::ew::Status ewAvailable_ = backend->available(); !ewAvailable_.ok()) GTEST_SKIP() << ewAvailable_.error().text()

namespace ew::test {

/// Runs `text` on the reference and on the Vulkan backend with equal inputs, and compares all outputs: floats to
/// `tolerance` of the largest magnitude, everything else byte for byte. A refused node fails.
void expectVulkanLikeReference(const Backend& vulkan, const std::string& text, unsigned seed = 1, double tolerance = 1e-4);
/// The same with these inputs.
void expectVulkanLikeReference(const Backend& vulkan, const Graph& graph, const std::vector<Tensor>& inputs, const std::string& what,
                               double tolerance = 1e-4);

}  // namespace ew::test
