// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <string_view>

#include "accel/vulkan/kernels/common.h"

namespace ew::vulkan {

/// Float functions by their number; functions of one byte by a table that their reference code fills.
MaybeReason refusalOfUnary(const Graph& graph, const Node& node) {
  if (isByte(dtypeOf(graph, node.input(0)))) {
    constexpr std::string_view onlyFloat[] = {"Ceil", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Log", "Mish",
                                              "Reciprocal", "Round", "Sigmoid", "Softplus", "Softsign", "Sqrt", "Tanh"};
    if (node.domain.empty() && std::ranges::find(onlyFloat, node.opType) != std::end(onlyFloat))
      return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(dtypeOf(graph, node.input(0))))};
    for (std::size_t i = 1; i < node.inputs.size(); ++i)
      if (const MaybeReason reason = needsConstants(graph, node, {i})) return reason;
    return std::nullopt;
  }
  if (const MaybeReason reason = needsFloat(graph, node, {0})) return reason;
  if (!activationOf(graph, node)) return Reason{ReasonCode::AttributeNotSupported, "bounds that are not constant"};
  return std::nullopt;
}

namespace {

Result<std::vector<std::uint32_t>> byteTable(const Builder& builder, const Node& node, DType type) {
  ops::ComputeContext context = constantOperands(builder, node);
  Tensor every = Tensor::zeros(type, {256});
  for (int i = 0; i < 256; ++i) every.mutableBytes()[static_cast<std::size_t>(i)] = static_cast<std::byte>(i + rangeOf(type).low);
  context.inputs[0] = every;
  EW_TRY(ops::runCompute(*ops::findOp(builder.graph(), node).def, context));
  return toDevice(context.outputs[0]);
}

Status addLookup(Builder& builder, const Node& node) {
  const DType type = builder.dtype(node.input(0));
  EW_ASSIGN(const std::vector<std::uint32_t> table, byteTable(builder, node, type));
  const std::int64_t count = elementCount(builder.dims(node.output(0)));
  Dispatch dispatch;
  dispatch.shader = ShaderId::Lookup;
  dispatch.push.u(count).u(rangeOf(type).low);
  dispatch.slots = {builder.read(node.input(0)), builder.table(table), noSlot, noSlot, builder.write(node.output(0))};
  dispatch.groups = Builder::flat(count);
  builder.add(std::move(dispatch));
  return {};
}

}  // namespace

Status buildUnary(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (isByte(builder.dtype(node.input(0)))) return addLookup(builder, node);
  const Activation activation = activationOf(builder.graph(), node).value_or(Activation{});
  const std::int64_t count = elementCount(builder.dims(node.output(0)));
  Dispatch dispatch;
  dispatch.shader = ShaderId::Unary;
  dispatch.constants = {activation.number};
  dispatch.push.u(count).f(activation.a).f(activation.b);
  dispatch.slots = {builder.read(node.input(0)), noSlot, noSlot, noSlot, builder.write(node.output(0))};
  dispatch.groups = Builder::flat(count);
  builder.add(std::move(dispatch));
  return {};
}

/// QLookup, QLinearSigmoid, QLinearLeakyRelu, DequantizeLinear: bytes in, anything out.
MaybeReason refusalOfByteFunction(const Graph& graph, const Node& node) {
  if (const MaybeReason reason = needsBytes(graph, node, {0})) return reason;
  if (node.opType == "DequantizeLinear") {
    const auto& scale = graph.value(node.input(1)).shape;
    if (!scale || scale->elements().value_or(0) != 1 || node.attributes.getInt("block_size", 0) != 0)
      return Reason{ReasonCode::AttributeNotSupported, "a scale by channel or block"};
    if (const MaybeReason reason = needsFloat(graph, node, {1})) return reason;
  }
  return refusalOfUnary(graph, node);
}

MaybeReason refusalOfQuantizeLinear(const Graph& graph, const Node& node) {
  if (!isByte(dtypeOf(graph, node.output(0)))) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(dtypeOf(graph, node.output(0))))};
  for (const std::size_t i : {0U, 1U})
    if (dtypeOf(graph, node.input(i)) != DType::f32) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(dtypeOf(graph, node.input(i))))};
  const Tensor* scale = graph.initializer(node.input(1));
  if (scale == nullptr) return Reason{ReasonCode::WeightsNotConstant, graph.value(node.input(1)).name};
  if (scale->size() != 1 || node.attributes.getInt("block_size", 0) != 0) return Reason{ReasonCode::AttributeNotSupported, "a scale by channel or block"};
  const float value = scale->data<float>()[0];
  if (!std::isfinite(value) || value <= 0) return Reason{ReasonCode::AttributeNotSupported, "y_scale " + std::to_string(value)};
  return needsConstants(graph, node, {2});
}

Status buildQuantizeLinear(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ops::ComputeContext operands = constantOperands(builder, node);
  const DType type = builder.dtype(node.output(0));
  EW_ASSIGN(const std::vector<std::int32_t> zeroPoint, ops::zeroPoints(operands, 2, type, 1));
  int exponent = 0;
  const float fraction = std::frexp(operands.inputs[1].data<float>()[0], &exponent);  // [0.5, 1)
  const std::int64_t count = elementCount(builder.dims(node.output(0)));
  Dispatch dispatch;
  dispatch.shader = ShaderId::Quantize;
  dispatch.push.u(count).u(static_cast<std::int64_t>(std::ldexp(fraction, 24))).u(exponent - 24).u(zeroPoint[0]).u(rangeOf(type).low).u(rangeOf(type).high);
  dispatch.slots = {builder.read(node.input(0)), noSlot, noSlot, noSlot, builder.write(node.output(0))};
  dispatch.groups = Builder::flat(count);
  builder.add(std::move(dispatch));
  return {};
}

}  // namespace ew::vulkan
