// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/builder.h"

#include <algorithm>
#include <limits>

#include "accel/vulkan/constants.h"
#include "accel/vulkan/kernels/kernels.h"
#include "accel/vulkan/memory_plan.h"
#include "accel/vulkan/values.h"
#include "core/base/text.h"
#include "core/run/values.h"

namespace ew::vulkan {

const Tensor* Builder::constant(ValueId id) const {
  if (const Tensor* stored = graph_.initializer(id)) return stored;
  const auto it = folded_.find(id);
  return it == folded_.end() ? nullptr : &it->second;
}

SlotId Builder::newSlot(std::uint64_t bytes, bool constant) {
  Slot slot;
  slot.constant = constant;
  slot.bytes = std::max<std::uint64_t>(bytes, sizeof(std::uint32_t));
  program_.slots.push_back(slot);
  return static_cast<SlotId>(program_.slots.size()) - 1;
}

SlotId Builder::read(ValueId id) {
  if (const auto it = places_.find(id); it != places_.end()) return it->second;
  const Tensor* content = constant(id);
  const SlotId slot = content != nullptr ? table(toDevice(*content)) : newSlot(deviceBytes(elementCount(dims(id))), false);
  places_[id] = slot;
  return slot;
}

SlotId Builder::write(ValueId id) {
  const SlotId slot = newSlot(deviceBytes(elementCount(dims(id))), false);
  program_.slots.back().first = program_.slots.back().last = static_cast<int>(program_.dispatches.size());
  places_[id] = slot;
  return slot;
}

SlotId Builder::table(std::span<const std::uint32_t> words) {
  std::vector<std::uint32_t>& all = program_.constants;
  const std::size_t step = alignment_ / sizeof(std::uint32_t);
  all.resize((all.size() + step - 1) / step * step);
  const SlotId slot = newSlot(words.size_bytes(), true);
  program_.slots.back().offset = all.size() * sizeof(std::uint32_t);
  all.insert(all.end(), words.begin(), words.end());
  if (words.empty()) all.push_back(0);
  return slot;
}

void Builder::add(Dispatch dispatch) {
  const int order = static_cast<int>(program_.dispatches.size());
  for (const SlotId id : dispatch.slots)
    if (id != noSlot) program_.slots[static_cast<std::size_t>(id)].last = order;
  program_.dispatches.push_back(std::move(dispatch));
}

std::array<std::uint32_t, 3> Builder::flat(std::int64_t count) {
  constexpr std::int64_t widest = 65535;  // every device takes so many groups on an axis
  const std::int64_t groups = (count + 63) / 64, x = std::min(groups, widest);
  return {static_cast<std::uint32_t>(x), static_cast<std::uint32_t>((groups + x - 1) / x), 1};
}

namespace {

/// Read and written by a group in the model's element types, without what passes only inside it.
std::uint64_t groupBytes(const Graph& graph, const Group& group) {
  std::vector<const Node*> nodes{group.anchor};
  nodes.insert(nodes.end(), group.fused.begin(), group.fused.end());
  return bytesMoved(graph, nodes);
}

Status addGroup(Builder& builder, const Group& group) {
  Step step;
  step.node = group.anchor->id;
  for (const Node* node : group.fused) step.fused.push_back(node->id);
  step.bytes = groupBytes(builder.graph(), group);
  step.first = builder.program().dispatches.size();
  EW_TRY_AT(kernelFor(*group.anchor)->build(builder, group), "node " + inQuotes(displayName(builder.graph(), *group.anchor)));
  step.end = builder.program().dispatches.size();
  if (step.end > step.first) step.kernel = shaderCode(builder.program().dispatches.back().shader).name;
  builder.program().steps.push_back(std::move(step));
  return {};
}

/// Staging places of `crossings`, one after the other. Returns their bytes.
std::uint64_t layOut(std::vector<Crossing>& crossings, std::uint64_t from) {
  for (Crossing& crossing : crossings) {
    if (crossing.slot == noSlot) continue;
    crossing.offset = from;
    from += deviceBytes(elementCount(crossing.dims));
  }
  return from;
}

/// What leaves the device: kept until the end of a run.
Crossing leaving(Builder& builder, ValueId id) {
  Crossing out;
  out.value = id;
  out.dtype = builder.dtype(id);
  if (const Tensor* constant = builder.constant(id)) {
    out.constant = *constant;
    return out;
  }
  out.dims = builder.dims(id);
  out.slot = builder.read(id);
  builder.program().slots[static_cast<std::size_t>(out.slot)].last = std::numeric_limits<int>::max();
  return out;
}

void addCrossings(Builder& builder, const CompileOptions& options) {
  Program& program = builder.program();
  const Graph& graph = builder.graph();
  for (const ValueId id : graph.outputs()) program.outputs.push_back(leaving(builder, id));
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.outputs)
      if (id != kNone && (options.observeAll || options.observe.contains(id)) && (builder.constant(id) != nullptr || builder.made(id)))
        program.observed.push_back(leaving(builder, id));
  for (const ValueId id : graph.inputs()) {
    Crossing in;
    in.value = id;
    if (builder.made(id)) {  // the others may have any shape
      in.dtype = builder.dtype(id);
      in.dims = builder.dims(id);
      in.slot = builder.read(id);
    }
    program.inputs.push_back(std::move(in));
  }
  program.uploadBytes = layOut(program.inputs, 0);
  program.downloadBytes = layOut(program.observed, layOut(program.outputs, 0));
}

}  // namespace

Result<Program> buildProgram(const Graph& graph, const CompileOptions& options, const Device& device, Progress& progress) {
  EW_ASSIGN(auto folded, foldConstants(graph, progress));
  const auto alignment = static_cast<std::uint32_t>(std::max<VkDeviceSize>(device.limits().minStorageBufferOffsetAlignment, 64));
  Builder builder(graph, std::move(folded), alignment);
  const std::vector<Group> groups = fuse(graph, options);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (progress.cancelled()) return cancelledError();
    progress.step(static_cast<std::int64_t>(i), static_cast<std::int64_t>(groups.size()), "compile");
    EW_TRY(addGroup(builder, groups[i]));
  }
  addCrossings(builder, options);
  builder.program().arenaBytes = planMemory(builder.program().slots, alignment);
  return std::move(builder.program());
}

}  // namespace ew::vulkan
