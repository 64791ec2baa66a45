// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "accel/vulkan/fusion.h"
#include "accel/vulkan/program.h"

namespace ew::vulkan {

/// What kernels lay their dispatches out with.
class Builder {
 public:
  Builder(const Graph& graph, std::map<ValueId, Tensor> folded, std::uint32_t alignment)
      : graph_(graph), folded_(std::move(folded)), alignment_(alignment) {}

  const Graph& graph() const { return graph_; }
  DType dtype(ValueId id) const { return graph_.value(id).dtype; }
  Dims dims(ValueId id) const { return *graph_.value(id).shape->concrete(); }
  /// Stored or folded content; nullptr when it comes only with a run.
  const Tensor* constant(ValueId id) const;

  /// Where the value lies; a constant is brought to the device, a graph input gets a place.
  SlotId read(ValueId id);
  /// A place for a value that the next dispatches make.
  SlotId write(ValueId id);
  /// `to` has the same elements as `from` in the same order.
  void alias(ValueId to, ValueId from) { places_[to] = read(from); }
  /// Whether the value has a place.
  bool made(ValueId id) const { return places_.contains(id); }
  /// A constant that a kernel made.
  SlotId table(std::span<const std::uint32_t> words);

  void add(Dispatch dispatch);
  /// The groups of a dispatch with an invocation for each of `count` elements (flatIndex() in shaders).
  static std::array<std::uint32_t, 3> flat(std::int64_t count);

  Program& program() { return program_; }

 private:
  SlotId newSlot(std::uint64_t bytes, bool constant);

  const Graph& graph_;
  std::map<ValueId, Tensor> folded_;
  std::uint32_t alignment_;  ///< of the beginning of a slot
  std::map<ValueId, SlotId> places_;
  Program program_;
};

/// The whole graph as a program: groups laid out, memory planned.
Result<Program> buildProgram(const Graph& graph, const CompileOptions& options, const Device& device, Progress& progress);

}  // namespace ew::vulkan
