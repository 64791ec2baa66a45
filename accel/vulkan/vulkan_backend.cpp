// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/vulkan_backend.h"

#include "accel/vulkan/executable.h"
#include "accel/vulkan/kernels/kernels.h"
#include "core/base/text.h"

namespace ew {
namespace {

class VulkanBackend final : public Backend {
 public:
  std::string id() const override { return "vulkan"; }

  std::string description() const override {
    const Result<const vulkan::Device*>& device = vulkan::Device::shared();
    return device.ok() ? (*device)->description() : "compute shaders; " + device.error().message;
  }

  Status available() const override {
    const Result<const vulkan::Device*>& device = vulkan::Device::shared();
    return device.ok() ? Status() : Status(device.error());
  }

  std::optional<Reason> refusal(const Graph& graph, const Node& node) const override {
    // What every device can hold in one buffer, while there is none to ask.
    constexpr std::uint64_t leastRange = std::uint64_t{1} << 27;
    const Result<const vulkan::Device*>& device = vulkan::Device::shared();
    return vulkan::refusalOf(graph, node, device.ok() ? (*device)->limits().maxStorageBufferRange : leastRange);
  }

  Result<std::unique_ptr<Executable>> compile(const Graph& graph, const CompileOptions& options, Progress& progress) const override {
    EW_TRY(available());
    for (const Node& node : graph.nodes())
      if (const auto reason = refusal(graph, node))
        return unsupported(reason->text()).at("node " + inQuotes(displayName(graph, node)));
    return vulkan::makeExecutable(graph, options, **vulkan::Device::shared(), progress);
  }
};

}  // namespace

std::shared_ptr<const Backend> makeVulkanBackend() { return std::make_shared<VulkanBackend>(); }

}  // namespace ew
