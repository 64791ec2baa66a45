// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/buffer.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace ew::vulkan {
namespace {

struct Wish { VkMemoryPropertyFlags required, preferred; };

Wish wishFor(Memory memory) {
  constexpr VkMemoryPropertyFlags host = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
  switch (memory) {
    case Memory::Device: return {0, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT};
    case Memory::Upload: return {host, 0};
    case Memory::Download: return {host, VK_MEMORY_PROPERTY_HOST_CACHED_BIT};
  }
  return {host, 0};
}

}  // namespace

Result<Buffer> Buffer::create(const Device& device, std::uint64_t bytes, Memory memory, const char* purpose) {
  bytes = std::max<std::uint64_t>(bytes, 4);
  if (bytes > device.largestAllocation())
    return limitReached(std::string(purpose) + " needs " + byteText(static_cast<double>(bytes)) + ", the device gives at most " +
                        byteText(static_cast<double>(device.largestAllocation())) + " at once");
  const VolkDeviceTable& call = device.call();
  Buffer out;
  out.device_ = &device;
  out.bytes_ = bytes;
  VkBufferCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
  info.size = bytes;
  info.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;
  if (memory == Memory::Device) info.usage |= VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
  info.sharingMode = VK_SHARING_MODE_EXCLUSIVE;
  EW_TRY_AT(check(call.vkCreateBuffer(device.handle(), &info, nullptr, &out.buffer_), "vkCreateBuffer"), purpose);
  VkMemoryRequirements needs{};
  call.vkGetBufferMemoryRequirements(device.handle(), out.buffer_, &needs);
  const Wish wish = wishFor(memory);
  VkMemoryAllocateInfo allocate{};
  allocate.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
  allocate.allocationSize = needs.size;
  EW_ASSIGN(allocate.memoryTypeIndex, device.memoryType(needs.memoryTypeBits, wish.required, wish.preferred));
  EW_TRY_AT(check(call.vkAllocateMemory(device.handle(), &allocate, nullptr, &out.memory_), "vkAllocateMemory"), purpose);
  EW_TRY_AT(check(call.vkBindBufferMemory(device.handle(), out.buffer_, out.memory_, 0), "vkBindBufferMemory"), purpose);
  if (memory != Memory::Device)
    EW_TRY_AT(check(call.vkMapMemory(device.handle(), out.memory_, 0, VK_WHOLE_SIZE, 0, &out.mapped_), "vkMapMemory"), purpose);
  return out;
}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(device_, other.device_);
  std::swap(buffer_, other.buffer_);
  std::swap(memory_, other.memory_);
  std::swap(bytes_, other.bytes_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

Buffer::~Buffer() {
  if (device_ == nullptr) return;
  device_->call().vkDestroyBuffer(device_->handle(), buffer_, nullptr);
  device_->call().vkFreeMemory(device_->handle(), memory_, nullptr);  // unmaps
}

}  // namespace ew::vulkan
