// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "accel/vulkan/device.h"

namespace ew::vulkan {

enum class Memory {
  Device,    ///< where shaders read and write fastest
  Upload,    ///< written by the processor, mapped all the time
  Download,  ///< read by the processor, mapped all the time
};

/// A buffer with memory of its own.
class Buffer {
 public:
  /// Limit when `bytes` are more than the device gives at once.
  static Result<Buffer> create(const Device& device, std::uint64_t bytes, Memory memory, const char* purpose);
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { *this = std::move(other); }
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  VkBuffer handle() const { return buffer_; }
  std::uint64_t size() const { return bytes_; }
  void* mapped() const { return mapped_; }  ///< nullptr for Memory::Device

 private:
  const Device* device_ = nullptr;
  VkBuffer buffer_ = VK_NULL_HANDLE;
  VkDeviceMemory memory_ = VK_NULL_HANDLE;
  std::uint64_t bytes_ = 0;
  void* mapped_ = nullptr;
};

}  // namespace ew::vulkan
