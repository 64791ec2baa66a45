// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/device.h"

#include <optional>
#include <vector>

#include "accel/vulkan/pipelines.h"

namespace ew::vulkan {
namespace {

constexpr std::uint64_t longestRun = 600'000'000'000;  // ns; beyond it the device hangs

std::string resultName(VkResult result) {
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY: return "VK_ERROR_OUT_OF_HOST_MEMORY";
    case VK_ERROR_OUT_OF_DEVICE_MEMORY: return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
    case VK_ERROR_INITIALIZATION_FAILED: return "VK_ERROR_INITIALIZATION_FAILED";
    case VK_ERROR_DEVICE_LOST: return "VK_ERROR_DEVICE_LOST";
    case VK_ERROR_MEMORY_MAP_FAILED: return "VK_ERROR_MEMORY_MAP_FAILED";
    case VK_ERROR_INCOMPATIBLE_DRIVER: return "VK_ERROR_INCOMPATIBLE_DRIVER";
    case VK_ERROR_OUT_OF_POOL_MEMORY: return "VK_ERROR_OUT_OF_POOL_MEMORY";
    case VK_TIMEOUT: return "VK_TIMEOUT";
    default: return "VkResult " + std::to_string(static_cast<int>(result));
  }
}

/// How much a device is wanted; 0: not at all.
int preference(VkPhysicalDeviceType type) {
  switch (type) {
    case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return 5;
    case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return 4;
    case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return 3;
    case VK_PHYSICAL_DEVICE_TYPE_CPU: return 2;
    default: return 1;
  }
}

struct ComputeQueue { std::uint32_t family = 0, timestampBits = 0; };

std::optional<ComputeQueue> computeQueue(VkPhysicalDevice physical) {
  std::uint32_t count = 0;
  vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
  std::vector<VkQueueFamilyProperties> families(count);
  vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
  for (std::uint32_t i = 0; i < count; ++i)
    if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0 && families[i].queueCount > 0) return ComputeQueue{i, families[i].timestampValidBits};
  return std::nullopt;
}

bool suits(const VkPhysicalDeviceProperties& properties) {
  const VkPhysicalDeviceLimits& limits = properties.limits;
  return properties.apiVersion >= VK_API_VERSION_1_1 && limits.maxPerStageDescriptorStorageBuffers >= bindingCount &&
         limits.maxPushConstantsSize >= pushBytes && limits.maxComputeWorkGroupInvocations >= 64 && limits.maxComputeWorkGroupSize[0] >= 64;
}

Result<VkInstance> makeInstance() {
  if (volkInitialize() != VK_SUCCESS) return unavailable("no Vulkan loader (libvulkan.so.1) on this machine");
  if (volkGetInstanceVersion() < VK_API_VERSION_1_1) return unavailable("the Vulkan loader is older than version 1.1");
  VkApplicationInfo application{};
  application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
  application.pApplicationName = "edgewright";
  application.apiVersion = VK_API_VERSION_1_1;
  VkInstanceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
  info.pApplicationInfo = &application;
  VkInstance instance = VK_NULL_HANDLE;
  const VkResult result = vkCreateInstance(&info, nullptr, &instance);
  if (result != VK_SUCCESS) return unavailable("no Vulkan driver: vkCreateInstance failed: " + resultName(result));
  volkLoadInstanceOnly(instance);
  return instance;
}

Result<VkPhysicalDevice> chooseDevice(VkInstance instance) {
  std::uint32_t count = 0;
  VkResult result = vkEnumeratePhysicalDevices(instance, &count, nullptr);
  std::vector<VkPhysicalDevice> devices(count);
  if (result == VK_SUCCESS && count > 0) result = vkEnumeratePhysicalDevices(instance, &count, devices.data());
  if ((result != VK_SUCCESS && result != VK_INCOMPLETE) || count == 0) return unavailable("no Vulkan device on this machine");
  VkPhysicalDevice best = VK_NULL_HANDLE;
  int bestPreference = 0;
  std::string refused;
  for (const VkPhysicalDevice device : devices) {
    VkPhysicalDeviceProperties properties{};
    vkGetPhysicalDeviceProperties(device, &properties);
    if (!suits(properties) || !computeQueue(device)) {
      refused = properties.deviceName;
      continue;
    }
    if (preference(properties.deviceType) <= bestPreference) continue;
    bestPreference = preference(properties.deviceType);
    best = device;
  }
  if (best == VK_NULL_HANDLE) return unavailable(refused + " has no compute queue, or less than Vulkan 1.1 needs here");
  return best;
}

std::string describe(VkPhysicalDevice physical, const VkPhysicalDeviceProperties& properties) {
  std::string text = properties.deviceName;
  if (properties.apiVersion >= VK_API_VERSION_1_2) {
    VkPhysicalDeviceDriverProperties driver{};
    driver.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES;
    VkPhysicalDeviceProperties2 chain{};
    chain.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    chain.pNext = &driver;
    vkGetPhysicalDeviceProperties2(physical, &chain);
    return text + ", driver " + driver.driverName + " " + driver.driverInfo;
  }
  return text + ", driver version " + std::to_string(properties.driverVersion);
}

}  // namespace

Result<const Device*> makeDevice() {
  EW_ASSIGN(const VkInstance instance, makeInstance());
  EW_ASSIGN(const VkPhysicalDevice physical, chooseDevice(instance));
  auto device = std::make_unique<Device>();
  EW_TRY(device->create(physical));
  return device.release();
}

Status check(VkResult result, const char* call) {
  if (result == VK_SUCCESS) return {};
  const std::string text = std::string(call) + " failed: " + resultName(result);
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
    case VK_ERROR_OUT_OF_POOL_MEMORY: return limitReached(text);
    case VK_TIMEOUT: return Error(ErrorCode::TimedOut, text);
    default: return unavailable(text);
  }
}

const Result<const Device*>& Device::shared() {
  static const Result<const Device*> device = makeDevice();
  return device;
}

Status Device::create(VkPhysicalDevice physical) {
  physical_ = physical;
  VkPhysicalDeviceMaintenance3Properties allocation{};
  allocation.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES;
  VkPhysicalDeviceProperties2 properties{};
  properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
  properties.pNext = &allocation;
  vkGetPhysicalDeviceProperties2(physical, &properties);
  vkGetPhysicalDeviceMemoryProperties(physical, &memory_);
  limits_ = properties.properties.limits;
  largestAllocation_ = allocation.maxMemoryAllocationSize;
  description_ = describe(physical, properties.properties);
  const std::optional<ComputeQueue> queue = computeQueue(physical);
  if (!queue) return unavailable(description_ + " has no compute queue");
  family_ = queue->family;
  timestampBits_ = limits_.timestampPeriod > 0 ? queue->timestampBits : 0;
  const float priority = 1;
  VkDeviceQueueCreateInfo queueInfo{};
  queueInfo.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
  queueInfo.queueFamilyIndex = family_;
  queueInfo.queueCount = 1;
  queueInfo.pQueuePriorities = &priority;
  VkDeviceCreateInfo info{};
  info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
  info.queueCreateInfoCount = 1;
  info.pQueueCreateInfos = &queueInfo;
  EW_TRY(check(vkCreateDevice(physical, &info, nullptr, &device_), "vkCreateDevice"));
  volkLoadDeviceTable(&call_, device_);
  call_.vkGetDeviceQueue(device_, family_, 0, &queue_);
  EW_ASSIGN(pipelines_, Pipelines::create(*this));
  return {};
}

Result<std::uint32_t> Device::memoryType(std::uint32_t allowed, VkMemoryPropertyFlags required, VkMemoryPropertyFlags preferred) const {
  for (const VkMemoryPropertyFlags wanted : {required | preferred, required})
    for (std::uint32_t i = 0; i < memory_.memoryTypeCount; ++i)
      if ((allowed >> i & 1U) != 0 && (memory_.memoryTypes[i].propertyFlags & wanted) == wanted) return i;
  return unavailable(description_ + " has no memory of the kind that is needed");
}

Status Device::runToEnd(VkCommandBuffer commands) const {
  VkFenceCreateInfo fenceInfo{};
  fenceInfo.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
  VkFence fence = VK_NULL_HANDLE;
  EW_TRY(check(call_.vkCreateFence(device_, &fenceInfo, nullptr, &fence), "vkCreateFence"));
  VkSubmitInfo submit{};
  submit.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
  submit.commandBufferCount = 1;
  submit.pCommandBuffers = &commands;
  Status status;
  {
    const std::lock_guard lock(queueMutex_);
    status = check(call_.vkQueueSubmit(queue_, 1, &submit, fence), "vkQueueSubmit");
  }
  if (status.ok()) status = check(call_.vkWaitForFences(device_, 1, &fence, VK_TRUE, longestRun), "vkWaitForFences");
  call_.vkDestroyFence(device_, fence, nullptr);
  return status;
}

}  // namespace ew::vulkan
