// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/executable.h"

#include <chrono>
#include <new>

#include "accel/vulkan/builder.h"
#include "accel/vulkan/commands.h"
#include "accel/vulkan/values.h"
#include "core/base/text.h"

namespace ew::vulkan {
namespace {

using Clock = std::chrono::steady_clock;

class VulkanExecutable final : public Executable {
 public:
  explicit VulkanExecutable(const Graph& graph) : graph_(graph) {}

  Status compile(const CompileOptions& options, const Device& device, Progress& progress) {
    EW_ASSIGN(program_, buildProgram(graph_, options, device, progress));
    EW_ASSIGN(commands_, Commands::create(device, program_));
    return {};
  }

  const Graph& graph() const override { return graph_; }

  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs, Observer& observer) override {
    EW_TRY(fillInputs(inputs));
    const bool traced = observer.wantsTrace();
    const Clock::time_point start = Clock::now();
    EW_TRY(commands_->run(traced));
    if (traced) EW_TRY(report(std::chrono::duration<double, std::milli>(Clock::now() - start).count(), observer));
    for (const Crossing& value : program_.observed) {
      EW_ASSIGN(const Tensor tensor, fetched(value));
      observer.onValue(value.value, tensor);
    }
    std::vector<Tensor> outputs;
    for (const Crossing& value : program_.outputs) {
      EW_ASSIGN(Tensor tensor, fetched(value));
      outputs.push_back(std::move(tensor));
    }
    return outputs;
  }

 private:
  Status fillInputs(std::span<const Tensor> inputs) const {
    if (inputs.size() != program_.inputs.size()) return invalid("wrong number of inputs");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const Crossing& in = program_.inputs[i];
      if (in.slot == noSlot) continue;
      if (inputs[i].dtype() != in.dtype || inputs[i].dims() != in.dims)
        return invalid("compiled for " + std::string(dtypeName(in.dtype)) + " " + dimsText(in.dims) + ", got " +
                       std::string(dtypeName(inputs[i].dtype())) + " " + dimsText(inputs[i].dims()))
            .at("input " + inQuotes(graph_.value(in.value).name));
    }
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (const Crossing& in = program_.inputs[i]; in.slot != noSlot)
        toDevice(inputs[i], {commands_->upload() + in.offset / sizeof(std::uint32_t), static_cast<std::size_t>(inputs[i].size())});
    return {};
  }

  Result<Tensor> fetched(const Crossing& value) const {
    if (value.slot == noSlot) return value.constant;
    return fromDevice({commands_->download() + value.offset / sizeof(std::uint32_t), static_cast<std::size_t>(elementCount(value.dims))}, value.dtype, value.dims);
  }

  /// On a queue without timestamps the wall clock of the whole run is all there is: it goes to the first step.
  Status report(double wallMilliseconds, Observer& observer) const {
    EW_ASSIGN(const std::vector<double> times, commands_->stepTimes());
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
      const Step& step = program_.steps[i];
      NodeTrace entry;
      entry.node = step.node;
      entry.fused = step.fused;
      entry.backend = "vulkan";
      entry.kernel = step.kernel;
      entry.bytes = step.bytes;
      if (!times.empty()) {
        entry.milliseconds = times[i];
      } else {
        entry.milliseconds = i == 0 ? wallMilliseconds : 0;
        entry.kernel += i == 0 ? " (no GPU timestamps: wall clock of the whole run)" : " (no GPU timestamps)";
      }
      observer.onNode(entry);
    }
    return {};
  }

  Graph graph_;
  Program program_;
  std::unique_ptr<Commands> commands_;
};

}  // namespace

Result<std::unique_ptr<Executable>> makeExecutable(const Graph& graph, const CompileOptions& options, const Device& device, Progress& progress) {
  try {
    auto executable = std::make_unique<VulkanExecutable>(graph);
    EW_TRY(executable->compile(options, device, progress));
    return std::unique_ptr<Executable>(std::move(executable));
  } catch (const std::bad_alloc&) {
    return limitReached("out of memory");
  }
}

}  // namespace ew::vulkan
