// SPDX-License-Identifier: Apache-2.0
#pragma once

#define VK_NO_PROTOTYPES
#include <volk.h>

#include <memory>
#include <mutex>
#include <string>

#include "core/base/result.h"

namespace ew::vulkan {

/// "vkQueueSubmit failed: VK_ERROR_DEVICE_LOST" as an Error; success for VK_SUCCESS.
Status check(VkResult result, const char* call);

class Pipelines;

/// The compute device of this process: the first discrete, else integrated or virtual GPU, else a processor that plays
/// one (lavapipe). It is made once and never destroyed, since drivers are unloaded in an order that nobody controls.
class Device {
 public:
  /// Made by the first call, from whichever thread. Unavailable when there is no loader, no device or no compute queue.
  static const Result<const Device*>& shared();

  VkDevice handle() const { return device_; }
  const VolkDeviceTable& call() const { return call_; }
  std::uint32_t queueFamily() const { return family_; }
  const VkPhysicalDeviceLimits& limits() const { return limits_; }
  std::uint64_t largestAllocation() const { return largestAllocation_; }
  /// Bits of a timestamp that count; 0 when the queue has none.
  std::uint32_t timestampBits() const { return timestampBits_; }
  const std::string& description() const { return description_; }
  Pipelines& pipelines() const { return *pipelines_; }

  /// A memory type of `allowed` that has all `required` properties, with `preferred` ones where possible.
  Result<std::uint32_t> memoryType(std::uint32_t allowed, VkMemoryPropertyFlags required, VkMemoryPropertyFlags preferred) const;
  /// Submits and waits. One thread at a time gets the queue.
  Status runToEnd(VkCommandBuffer commands) const;

 private:
  friend Result<const Device*> makeDevice();
  Status create(VkPhysicalDevice physical);

  VkPhysicalDevice physical_ = VK_NULL_HANDLE;
  VkDevice device_ = VK_NULL_HANDLE;
  VolkDeviceTable call_{};
  VkQueue queue_ = VK_NULL_HANDLE;
  std::uint32_t family_ = 0, timestampBits_ = 0;
  VkPhysicalDeviceLimits limits_{};
  VkPhysicalDeviceMemoryProperties memory_{};
  std::uint64_t largestAllocation_ = 0;
  std::string description_;
  std::unique_ptr<Pipelines> pipelines_;
  mutable std::mutex queueMutex_;
};

}  // namespace ew::vulkan
