// SPDX-License-Identifier: Apache-2.0
#include "core/transform/prune/channel_graph.h"

#include <algorithm>
#include <numeric>

#include "core/analysis/weights.h"

namespace ew::transform {

Reason cannotShrink(const Node& node) { return {ReasonCode::ConsumerNotShrinkable, node.opType}; }

ChannelList ChannelGraph::create(std::size_t count) {
  std::vector<Channel> list(count);
  std::iota(list.begin(), list.end(), static_cast<Channel>(parent_.size()));
  parent_.insert(parent_.end(), list.begin(), list.end());
  frozen_.resize(parent_.size());
  return std::make_shared<const std::vector<Channel>>(std::move(list));
}

Channel ChannelGraph::root(Channel channel) const {
  auto at = static_cast<std::size_t>(channel);
  while (parent_[at] != static_cast<Channel>(at)) {
    parent_[at] = parent_[static_cast<std::size_t>(parent_[at])];
    at = static_cast<std::size_t>(parent_[at]);
  }
  return static_cast<Channel>(at);
}

void ChannelGraph::unite(Channel a, Channel b) {
  a = root(a);
  b = root(b);
  if (a == b) return;
  // The older channel stays the root, so that classes are named the same however they were found.
  if (b < a) std::swap(a, b);
  parent_[static_cast<std::size_t>(b)] = a;
  auto& reason = frozen_[static_cast<std::size_t>(a)];
  if (!reason) reason = frozen_[static_cast<std::size_t>(b)];
}

void ChannelGraph::unite(const ChannelList& a, const ChannelList& b) {
  if (a == b) return;
  if (a->size() != b->size()) {
    freeze(a, {ReasonCode::ConsumerNotShrinkable, "operands of different extents"});
    freeze(b, {ReasonCode::ConsumerNotShrinkable, "operands of different extents"});
    return;
  }
  for (std::size_t i = 0; i < a->size(); ++i) unite((*a)[i], (*b)[i]);
}

void ChannelGraph::freeze(const ChannelList& channels, const Reason& reason) {
  for (const Channel channel : *channels) {
    auto& slot = frozen_[static_cast<std::size_t>(root(channel))];
    if (!slot) slot = reason;
  }
}

const Reason* ChannelGraph::frozen(Channel channel) const {
  const auto& slot = frozen_[static_cast<std::size_t>(root(channel))];
  return slot ? &*slot : nullptr;
}

const Track* ChannelGraph::track(ValueId id) const {
  if (id == kNone || !tracks_[static_cast<std::size_t>(id)]) return nullptr;
  return &*tracks_[static_cast<std::size_t>(id)];
}

void ChannelGraph::freezeValue(ValueId id, const Reason& reason) {
  if (const Track* found = track(id)) freeze(found->channels, reason);
}

void ChannelGraph::freezeInputs(const Node& node, const Reason& reason) {
  for (const ValueId id : node.inputs) freezeValue(id, reason);
}

bool ChannelGraph::hasSideOutputs(const Node& node) const {
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone && (graph.isOutput(node.outputs[i]) || !graph.consumers(node.outputs[i]).empty())) return true;
  return false;
}

std::optional<std::int64_t> ChannelGraph::extent(ValueId id, std::size_t axis) const {
  const auto& shape = graph.value(id).shape;
  if (!shape || axis >= shape->rank() || !(*shape)[axis].known()) return std::nullopt;
  return (*shape)[axis].extent;
}

std::optional<std::size_t> ChannelGraph::rank(ValueId id) const {
  const auto& shape = graph.value(id).shape;
  return shape ? std::optional(shape->rank()) : std::nullopt;
}

void ChannelGraph::cutValue(ValueId value, NodeId reader, std::size_t axis, const ChannelList& channels) {
  cutReaders_[value].insert(reader);
  const auto [it, isNew] = cuts_.emplace(std::pair(value, axis), channels);
  // Two layers with the same constant lose the same positions of it.
  if (!isNew) unite(it->second, channels);
}

void ChannelGraph::cut(const Node& node, std::size_t input, std::size_t axis, const ChannelList& channels) {
  const auto constant = analysis::constantOperand(graph, node.input(input));
  if (!constant || graph.initializer(constant->value) == nullptr) return freeze(channels, {ReasonCode::WeightsNotConstant, displayName(graph, node)});
  if (axis >= constant->stored->rank() || constant->stored->dim(axis) != std::ssize(*channels))
    return freeze(channels, {ReasonCode::ConsumerNotShrinkable, "an operand of " + displayName(graph, node) + " has another extent"});
  nodeCuts_.push_back({node.id, input, axis, channels});
  ValueId value = node.input(input);
  NodeId reader = node.id;
  while (value != constant->value) {
    cutReaders_[value].insert(reader);
    reader = graph.producer(value);
    value = graph.node(reader)->input(0);
  }
  cutValue(value, reader, axis, channels);
  if (!constant->quantization) return;
  const auto rank = static_cast<std::int64_t>(constant->stored->rank());
  const std::int64_t scaleAxis = constant->quantization->axis + (constant->quantization->axis < 0 ? rank : 0);
  if (constant->quantization->blockSize > 0) return freeze(channels, {ReasonCode::ConsumerNotShrinkable, "weights quantized in blocks"});
  const Node& dequantize = *graph.node(constant->dequantize);
  for (std::size_t i = 1; i < dequantize.inputs.size(); ++i) {
    const Tensor* tensor = analysis::constantOf(graph, dequantize.input(i));
    if (tensor == nullptr || tensor->rank() == 0 || tensor->size() == 1 || scaleAxis != static_cast<std::int64_t>(axis)) continue;
    if (graph.initializer(dequantize.input(i)) == nullptr || tensor->size() != std::ssize(*channels))
      freeze(channels, {ReasonCode::ConsumerNotShrinkable, "scales of another extent"});
    else cutValue(dequantize.input(i), dequantize.id, 0, channels);
  }
}

void ChannelGraph::noteNormScale(const ChannelList& channels, const Tensor& scale) {
  const Result<Tensor> floats = toFloat32(scale);
  if (!floats.ok() || floats->size() != std::ssize(*channels)) return;
  for (std::size_t i = 0; i < channels->size(); ++i) normScale_.emplace((*channels)[i], floats->data<float>()[i]);
}

std::optional<float> ChannelGraph::normScale(Channel channel) const {
  const auto it = normScale_.find(channel);
  return it == normScale_.end() ? std::nullopt : std::optional(it->second);
}

void ChannelGraph::finish() {
  for (const ValueId id : graph.outputs()) freezeValue(id, {ReasonCode::GraphOutput, graph.value(id).name});
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.captures) freezeValue(id, {ReasonCode::Subgraph, displayName(graph, node)});
  for (const auto& [key, channels] : cuts_) {
    const ValueId value = key.first;
    if (graph.isOutput(value)) freeze(channels, {ReasonCode::GraphOutput, graph.value(value).name});
  }
  // A constant (or its dequantized form) that somebody reads whole cannot be cut for the others.
  std::set<ValueId> shared;
  for (const auto& [value, readers] : cutReaders_)
    for (const NodeId reader : graph.consumers(value))
      if (!readers.contains(reader)) shared.insert(value);
  for (const auto& [key, channels] : cuts_)
    if (isReadWhole(key.first, shared)) freeze(channels, {ReasonCode::SharedWeights, graph.value(key.first).name});
}

bool ChannelGraph::isReadWhole(ValueId value, const std::set<ValueId>& shared) const {
  if (shared.contains(value)) return true;
  const auto readers = cutReaders_.find(value);
  return readers != cutReaders_.end() && std::any_of(readers->second.begin(), readers->second.end(), [&](NodeId reader) {
    const ValueId next = graph.node(reader)->output(0);  // of an Identity or DequantizeLinear on the way to the layer
    return next != kNone && cutReaders_.contains(next) && isReadWhole(next, shared);
  });
}

std::vector<ConstantSlice> ChannelGraph::slices() const {
  std::vector<ConstantSlice> out;
  for (const auto& [key, channels] : cuts_) out.push_back({key.first, key.second, channels});
  return out;
}

}  // namespace ew::transform
