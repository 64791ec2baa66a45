// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/vulkan/buffer.h"
#include "accel/vulkan/program.h"

namespace ew::vulkan {

/// A program on the device: its buffers, and its commands recorded once without and once with timestamps.
class Commands {
 public:
  static Result<std::unique_ptr<Commands>> create(const Device& device, Program& program);
  ~Commands();
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  std::uint32_t* upload() const { return static_cast<std::uint32_t*>(upload_.mapped()); }
  const std::uint32_t* download() const { return static_cast<const std::uint32_t*>(download_.mapped()); }
  bool timed() const { return queries_ != VK_NULL_HANDLE; }
  Status run(bool traced) const;
  /// Milliseconds of each step of the last traced run; empty when the queue has no timestamps.
  Result<std::vector<double>> stepTimes() const;

 private:
  Commands(const Device& device, const Program& program) : device_(device), program_(program) {}
  Status uploadConstants();
  Status makeSets();
  Status allocate(VkCommandBuffer& commands) const;
  Status record(VkCommandBuffer commands, bool traced);
  Status recordStep(VkCommandBuffer commands, const Step& step);
  void copyInputs(VkCommandBuffer commands) const;
  void copyOutputs(VkCommandBuffer commands) const;
  void barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkAccessFlags written, VkPipelineStageFlags to, VkAccessFlags used) const;
  void barrierBeforeConflict(VkCommandBuffer commands, const Dispatch& dispatch);

  /// Bytes of the arena that dispatches since the last barrier read or wrote.
  struct Range { std::uint64_t begin, end; bool written; };

  const Device& device_;
  const Program& program_;
  Buffer constants_, arena_, upload_, download_;
  VkDescriptorPool sets_ = VK_NULL_HANDLE;
  std::vector<VkDescriptorSet> setOf_;  ///< one a dispatch
  VkCommandPool pool_ = VK_NULL_HANDLE;
  VkCommandBuffer plain_ = VK_NULL_HANDLE, traced_ = VK_NULL_HANDLE;
  VkQueryPool queries_ = VK_NULL_HANDLE;
  std::vector<Range> pending_;
};

}  // namespace ew::vulkan
