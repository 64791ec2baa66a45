// SPDX-License-Identifier: Apache-2.0
// Softmax and BatchNormalization, which work along or across one axis.
#include <cmath>

#include "accel/vulkan/kernels/common.h"
#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"

namespace ew::vulkan {
namespace {

/// Since opset 13 one axis, before all axes from it on.
Result<ops::AxisSplit> softmaxSplit(const Node& node, std::int64_t opset, const Dims& dims) {
  const bool flattens = opset < 13;
  const std::int64_t axis = node.attributes.getInt("axis", flattens ? 1 : -1);
  if (flattens && axis == static_cast<std::int64_t>(dims.size())) return ops::splitAround(dims, dims.size(), dims.size());
  EW_ASSIGN(const std::size_t first, ops::normalizedAxis(axis, dims.size()));
  return ops::splitAround(dims, first, flattens ? dims.size() : first + 1);
}

}  // namespace

MaybeReason refusalOfSoftmax(const Graph& graph, const Node& node) {
  return first({needsFloat(graph, node, {0}), refusedBy(softmaxSplit(node, graph.opset(node.domain), dimsOf(graph, node.input(0))))});
}

Status buildSoftmax(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  EW_ASSIGN(const ops::AxisSplit split, softmaxSplit(node, builder.graph().opset(node.domain), builder.dims(node.input(0))));
  Dispatch dispatch;
  dispatch.shader = ShaderId::Softmax;
  dispatch.push.u(split.outer * split.inner).u(split.length).u(split.inner);
  dispatch.slots = {builder.read(node.input(0)), noSlot, noSlot, noSlot, builder.write(node.output(0))};
  dispatch.groups = Builder::flat(split.outer * split.inner);
  builder.add(std::move(dispatch));
  return {};
}

MaybeReason refusalOfBatchNormalization(const Graph& graph, const Node& node) {
  if (node.outputs.size() != 1 || node.attributes.getInt("training_mode", 0) != 0) return Reason{ReasonCode::AttributeNotSupported, "training_mode"};
  const Dims x = dimsOf(graph, node.input(0));
  if (x.size() < 2) return Reason{ReasonCode::RankNotSupported, std::to_string(x.size())};
  for (std::size_t i = 1; i < 5; ++i)
    if (dimsOf(graph, node.input(i)) != Dims{x[1]}) return Reason{ReasonCode::AttributeNotSupported, "parameters without one value a channel"};
  return first({needsFloat(graph, node, {0, 1, 2, 3, 4}), needsConstants(graph, node, {1, 2, 3, 4})});
}

Status buildBatchNormalization(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ops::ComputeContext operands = constantOperands(builder, node);
  const auto value = [&](std::size_t input, std::size_t channel) { return static_cast<double>(operands.inputs[input].data<float>()[channel]); };
  const ops::AxisSplit split = ops::splitAround(builder.dims(node.input(0)), 1, 2);
  const double epsilon = static_cast<double>(node.attributes.getFloat("epsilon", 1e-5F));
  Words channels;
  for (std::size_t c = 0; c < static_cast<std::size_t>(split.length); ++c) {
    const double scale = value(1, c) / std::sqrt(value(4, c) + epsilon);
    channels.f(static_cast<float>(scale)).f(static_cast<float>(value(2, c) - value(3, c) * scale));
  }
  const std::int64_t count = elementCount(builder.dims(node.input(0)));
  Dispatch dispatch;
  dispatch.shader = ShaderId::Affine;
  dispatch.constants = {group.activation.number};
  dispatch.push.u(count).u(split.length).u(split.inner).f(group.activation.a).f(group.activation.b);
  dispatch.slots = {builder.read(node.input(0)), builder.table(channels.all()), noSlot, noSlot, builder.write(group.output())};
  dispatch.groups = Builder::flat(count);
  builder.add(std::move(dispatch));
  return {};
}

}  // namespace ew::vulkan
