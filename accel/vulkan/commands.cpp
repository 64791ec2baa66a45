// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/commands.h"

#include <algorithm>
#include <cstring>

#include "accel/vulkan/values.h"

namespace ew::vulkan {

Result<std::unique_ptr<Commands>> Commands::create(const Device& device, Program& program) {
  std::unique_ptr<Commands> out(new Commands(device, program));
  VkCommandPoolCreateInfo poolInfo{};
  poolInfo.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
  poolInfo.queueFamilyIndex = device.queueFamily();
  EW_TRY(check(device.call().vkCreateCommandPool(device.handle(), &poolInfo, nullptr, &out->pool_), "vkCreateCommandPool"));
  EW_ASSIGN(out->arena_, Buffer::create(device, program.arenaBytes, Memory::Device, "intermediate values"));
  EW_ASSIGN(out->upload_, Buffer::create(device, program.uploadBytes, Memory::Upload, "inputs"));
  EW_ASSIGN(out->download_, Buffer::create(device, program.downloadBytes, Memory::Download, "outputs"));
  EW_TRY(out->uploadConstants());
  program.constants = {};
  EW_TRY(out->makeSets());
  if (device.timestampBits() > 0) {
    VkQueryPoolCreateInfo queryInfo{};
    queryInfo.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
    queryInfo.queryType = VK_QUERY_TYPE_TIMESTAMP;
    queryInfo.queryCount = static_cast<std::uint32_t>(program.steps.size()) + 1;
    EW_TRY(check(device.call().vkCreateQueryPool(device.handle(), &queryInfo, nullptr, &out->queries_), "vkCreateQueryPool"));
  }
  EW_TRY(out->allocate(out->plain_));
  EW_TRY(out->record(out->plain_, false));
  EW_TRY(out->allocate(out->traced_));
  EW_TRY(out->record(out->traced_, out->timed()));
  return out;
}

Commands::~Commands() {
  const VolkDeviceTable& call = device_.call();
  call.vkDestroyQueryPool(device_.handle(), queries_, nullptr);
  call.vkDestroyCommandPool(device_.handle(), pool_, nullptr);
  call.vkDestroyDescriptorPool(device_.handle(), sets_, nullptr);
}

Status Commands::allocate(VkCommandBuffer& commands) const {
  VkCommandBufferAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
  info.commandPool = pool_;
  info.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
  info.commandBufferCount = 1;
  return check(device_.call().vkAllocateCommandBuffers(device_.handle(), &info, &commands), "vkAllocateCommandBuffers");
}

Status Commands::uploadConstants() {
  const std::uint64_t bytes = program_.constants.size() * sizeof(std::uint32_t);
  EW_ASSIGN(constants_, Buffer::create(device_, bytes, Memory::Device, "weights"));
  constexpr std::uint64_t largestPiece = std::uint64_t{64} << 20;
  EW_ASSIGN(const Buffer staging, Buffer::create(device_, std::min(bytes, largestPiece), Memory::Upload, "weights on their way"));
  for (std::uint64_t at = 0; at < bytes; at += largestPiece) {
    const VkBufferCopy region{0, at, std::min(largestPiece, bytes - at)};
    std::memcpy(staging.mapped(), reinterpret_cast<const std::byte*>(program_.constants.data()) + at, region.size);
    VkCommandBuffer commands = VK_NULL_HANDLE;
    EW_TRY(allocate(commands));
    VkCommandBufferBeginInfo begin{};
    begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    EW_TRY(check(device_.call().vkBeginCommandBuffer(commands, &begin), "vkBeginCommandBuffer"));
    device_.call().vkCmdCopyBuffer(commands, staging.handle(), constants_.handle(), 1, &region);
    barrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_READ_BIT);
    EW_TRY(check(device_.call().vkEndCommandBuffer(commands), "vkEndCommandBuffer"));
    EW_TRY(device_.runToEnd(commands));
    device_.call().vkFreeCommandBuffers(device_.handle(), pool_, 1, &commands);
  }
  return {};
}

Status Commands::makeSets() {
  const auto count = static_cast<std::uint32_t>(program_.dispatches.size());
  if (count == 0) return {};
  const VkDescriptorPoolSize size{VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, count * bindingCount};
  VkDescriptorPoolCreateInfo poolInfo{};
  poolInfo.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO;
  poolInfo.maxSets = count;
  poolInfo.poolSizeCount = 1;
  poolInfo.pPoolSizes = &size;
  EW_TRY(check(device_.call().vkCreateDescriptorPool(device_.handle(), &poolInfo, nullptr, &sets_), "vkCreateDescriptorPool"));
  const std::vector<VkDescriptorSetLayout> layouts(count, device_.pipelines().setLayout());
  VkDescriptorSetAllocateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO;
  info.descriptorPool = sets_;
  info.descriptorSetCount = count;
  info.pSetLayouts = layouts.data();
  setOf_.resize(count);
  EW_TRY(check(device_.call().vkAllocateDescriptorSets(device_.handle(), &info, setOf_.data()), "vkAllocateDescriptorSets"));
  for (std::uint32_t i = 0; i < count; ++i) {
    std::array<VkDescriptorBufferInfo, bindingCount> buffers{};
    for (std::uint32_t k = 0; k < bindingCount; ++k) {
      // What a shader does not read is bound to its output, so that every binding is valid.
      const SlotId id = program_.dispatches[i].slots[k];
      const Slot& slot = program_.slots[static_cast<std::size_t>(id != noSlot ? id : program_.dispatches[i].slots.back())];
      if (slot.bytes > device_.limits().maxStorageBufferRange) return limitReached("a tensor is larger than the storage buffers of the device");
      buffers[k] = {slot.constant ? constants_.handle() : arena_.handle(), slot.offset, slot.bytes};
    }
    VkWriteDescriptorSet write{};
    write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
    write.dstSet = setOf_[i];
    write.descriptorCount = bindingCount;
    write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
    write.pBufferInfo = buffers.data();
    device_.call().vkUpdateDescriptorSets(device_.handle(), 1, &write, 0, nullptr);
  }
  return {};
}

void Commands::barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkAccessFlags written, VkPipelineStageFlags to, VkAccessFlags used) const {
  VkMemoryBarrier memory{};
  memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
  memory.srcAccessMask = written;
  memory.dstAccessMask = used;
  device_.call().vkCmdPipelineBarrier(commands, from, to, 0, 1, &memory, 0, nullptr, 0, nullptr);
}

void Commands::copyInputs(VkCommandBuffer commands) const {
  for (const Crossing& in : program_.inputs) {
    if (in.slot == noSlot) continue;
    const VkBufferCopy region{in.offset, program_.slots[static_cast<std::size_t>(in.slot)].offset, deviceBytes(elementCount(in.dims))};
    device_.call().vkCmdCopyBuffer(commands, upload_.handle(), arena_.handle(), 1, &region);
  }
}

void Commands::copyOutputs(VkCommandBuffer commands) const {
  for (const auto* list : {&program_.outputs, &program_.observed}) {
    for (const Crossing& out : *list) {
      if (out.slot == noSlot) continue;
      const VkBufferCopy region{program_.slots[static_cast<std::size_t>(out.slot)].offset, out.offset, deviceBytes(elementCount(out.dims))};
      device_.call().vkCmdCopyBuffer(commands, arena_.handle(), download_.handle(), 1, &region);
    }
  }
}

/// Barriers cost much on some devices, so there is one only where a dispatch touches what an earlier one wrote, or
/// writes what an earlier one read.
void Commands::barrierBeforeConflict(VkCommandBuffer commands, const Dispatch& dispatch) {
  std::vector<Range> mine;
  for (std::size_t k = 0; k < dispatch.slots.size(); ++k) {
    if (dispatch.slots[k] == noSlot) continue;
    const Slot& slot = program_.slots[static_cast<std::size_t>(dispatch.slots[k])];
    if (!slot.constant) mine.push_back({slot.offset, slot.offset + slot.bytes, k + 1 == dispatch.slots.size()});
  }
  const bool conflict = std::ranges::any_of(mine, [&](const Range& a) {
    return std::ranges::any_of(pending_, [&](const Range& b) { return (a.written || b.written) && a.begin < b.end && b.begin < a.end; });
  });
  if (conflict) {
    barrier(commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_WRITE_BIT, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
            VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
    pending_.clear();
  }
  pending_.insert(pending_.end(), mine.begin(), mine.end());
}

Status Commands::recordStep(VkCommandBuffer commands, const Step& step) {
  for (std::size_t i = step.first; i < step.end; ++i) {
    const Dispatch& dispatch = program_.dispatches[i];
    EW_ASSIGN(const VkPipeline pipeline, device_.pipelines().get(dispatch.shader, dispatch.constants));
    barrierBeforeConflict(commands, dispatch);
    const std::vector<std::uint32_t>& push = dispatch.push.all();
    const VkPipelineLayout layout = device_.pipelines().layout();
    device_.call().vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
    device_.call().vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, 1, &setOf_[i], 0, nullptr);
    device_.call().vkCmdPushConstants(commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, static_cast<std::uint32_t>(push.size() * sizeof(std::uint32_t)), push.data());
    device_.call().vkCmdDispatch(commands, dispatch.groups[0], dispatch.groups[1], dispatch.groups[2]);
  }
  return {};
}

Status Commands::record(VkCommandBuffer commands, bool traced) {
  const VolkDeviceTable& call = device_.call();
  VkCommandBufferBeginInfo begin{};
  begin.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
  EW_TRY(check(call.vkBeginCommandBuffer(commands, &begin), "vkBeginCommandBuffer"));
  copyInputs(commands);
  barrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
          VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_READ_BIT);
  pending_.clear();
  if (traced) {
    call.vkCmdResetQueryPool(commands, queries_, 0, static_cast<std::uint32_t>(program_.steps.size()) + 1);
    call.vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries_, 0);
  }
  for (std::size_t i = 0; i < program_.steps.size(); ++i) {
    EW_TRY(recordStep(commands, program_.steps[i]));
    if (!traced) continue;
    // Steps do not overlap where their times are taken.
    barrier(commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_WRITE_BIT, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT,
            VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
    pending_.clear();
    call.vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries_, static_cast<std::uint32_t>(i) + 1);
  }
  barrier(commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT, VK_ACCESS_SHADER_WRITE_BIT, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_READ_BIT);
  copyOutputs(commands);
  barrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_ACCESS_TRANSFER_WRITE_BIT, VK_PIPELINE_STAGE_HOST_BIT, VK_ACCESS_HOST_READ_BIT);
  return check(call.vkEndCommandBuffer(commands), "vkEndCommandBuffer");
}

Status Commands::run(bool traced) const { return device_.runToEnd(traced ? traced_ : plain_); }

Result<std::vector<double>> Commands::stepTimes() const {
  std::vector<double> out;
  if (!timed()) return out;
  std::vector<std::uint64_t> ticks(program_.steps.size() + 1);
  EW_TRY(check(device_.call().vkGetQueryPoolResults(device_.handle(), queries_, 0, static_cast<std::uint32_t>(ticks.size()), ticks.size() * sizeof(ticks[0]),
                                                    ticks.data(), sizeof(ticks[0]), VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
               "vkGetQueryPoolResults"));
  const std::uint64_t valid = device_.timestampBits() >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << device_.timestampBits()) - 1;
  const double nanoseconds = static_cast<double>(device_.limits().timestampPeriod);
  for (std::size_t i = 1; i < ticks.size(); ++i) out.push_back(static_cast<double>((ticks[i] - ticks[i - 1]) & valid) * nanoseconds * 1e-6);
  return out;
}

}  // namespace ew::vulkan
