// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "accel/vulkan/device.h"
#include "accel/vulkan/shaders.h"

namespace ew::vulkan {

/// Every shader sees the same: so many storage buffers (inputs first, the output last) and push constants.
inline constexpr std::uint32_t bindingCount = 5;
inline constexpr std::uint32_t pushBytes = 128;

/// The compute pipelines of a device, made when first asked for and kept.
class Pipelines {
 public:
  static Result<std::unique_ptr<Pipelines>> create(const Device& device);

  VkDescriptorSetLayout setLayout() const { return setLayout_; }
  VkPipelineLayout layout() const { return layout_; }
  /// The pipeline of a shader with these values for its specialization constants 0, 1, ...
  Result<VkPipeline> get(ShaderId shader, const std::vector<std::uint32_t>& constants);

 private:
  explicit Pipelines(const Device& device) : device_(device) {}
  Result<VkPipeline> build(ShaderId shader, const std::vector<std::uint32_t>& constants) const;

  const Device& device_;
  VkDescriptorSetLayout setLayout_ = VK_NULL_HANDLE;
  VkPipelineLayout layout_ = VK_NULL_HANDLE;
  std::mutex mutex_;
  std::map<std::pair<ShaderId, std::vector<std::uint32_t>>, VkPipeline> made_;
};

}  // namespace ew::vulkan
