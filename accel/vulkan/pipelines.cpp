// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/pipelines.h"

#include <array>

namespace ew::vulkan {

Result<std::unique_ptr<Pipelines>> Pipelines::create(const Device& device) {
  std::unique_ptr<Pipelines> out(new Pipelines(device));
  std::array<VkDescriptorSetLayoutBinding, bindingCount> bindings{};
  for (std::uint32_t i = 0; i < bindingCount; ++i)
    bindings[i] = {i, VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1, VK_SHADER_STAGE_COMPUTE_BIT, nullptr};
  VkDescriptorSetLayoutCreateInfo setInfo{};
  setInfo.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO;
  setInfo.bindingCount = bindingCount;
  setInfo.pBindings = bindings.data();
  EW_TRY(check(device.call().vkCreateDescriptorSetLayout(device.handle(), &setInfo, nullptr, &out->setLayout_), "vkCreateDescriptorSetLayout"));
  const VkPushConstantRange push{VK_SHADER_STAGE_COMPUTE_BIT, 0, pushBytes};
  VkPipelineLayoutCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
  info.setLayoutCount = 1;
  info.pSetLayouts = &out->setLayout_;
  info.pushConstantRangeCount = 1;
  info.pPushConstantRanges = &push;
  EW_TRY(check(device.call().vkCreatePipelineLayout(device.handle(), &info, nullptr, &out->layout_), "vkCreatePipelineLayout"));
  return out;
}

Result<VkPipeline> Pipelines::get(ShaderId shader, const std::vector<std::uint32_t>& constants) {
  const std::lock_guard lock(mutex_);
  const auto key = std::make_pair(shader, constants);
  if (const auto it = made_.find(key); it != made_.end()) return it->second;
  EW_ASSIGN_AT(const VkPipeline pipeline, build(shader, constants), shaderCode(shader).name);
  made_.emplace(key, pipeline);
  return pipeline;
}

Result<VkPipeline> Pipelines::build(ShaderId shader, const std::vector<std::uint32_t>& constants) const {
  const ShaderCode& code = shaderCode(shader);
  VkShaderModuleCreateInfo moduleInfo{};
  moduleInfo.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
  moduleInfo.codeSize = code.words.size_bytes();
  moduleInfo.pCode = code.words.data();
  VkShaderModule module = VK_NULL_HANDLE;
  EW_TRY(check(device_.call().vkCreateShaderModule(device_.handle(), &moduleInfo, nullptr, &module), "vkCreateShaderModule"));
  std::vector<VkSpecializationMapEntry> entries;
  for (std::uint32_t i = 0; i < constants.size(); ++i) entries.push_back({i, static_cast<std::uint32_t>(i * sizeof(std::uint32_t)), sizeof(std::uint32_t)});
  const VkSpecializationInfo special{static_cast<std::uint32_t>(entries.size()), entries.data(), constants.size() * sizeof(std::uint32_t), constants.data()};
  VkComputePipelineCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
  info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
  info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
  info.stage.module = module;
  info.stage.pName = "main";
  info.stage.pSpecializationInfo = &special;
  info.layout = layout_;
  VkPipeline pipeline = VK_NULL_HANDLE;
  const VkResult result = device_.call().vkCreateComputePipelines(device_.handle(), VK_NULL_HANDLE, 1, &info, nullptr, &pipeline);
  device_.call().vkDestroyShaderModule(device_.handle(), module, nullptr);
  EW_TRY(check(result, "vkCreateComputePipelines"));
  return pipeline;
}

}  // namespace ew::vulkan
