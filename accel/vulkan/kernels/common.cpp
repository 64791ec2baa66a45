// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/kernels/common.h"

#include <bit>
#include <cmath>

namespace ew::vulkan {

MaybeReason needsFloat(const Graph& graph, const Node& node, std::initializer_list<std::size_t> inputs) {
  for (const std::size_t i : inputs)
    if (const DType type = dtypeOf(graph, node.input(i)); type != DType::f32 && type != DType::none)
      return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(type))};
  if (const DType type = dtypeOf(graph, node.output(0)); type != DType::f32) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(type))};
  return std::nullopt;
}

MaybeReason needsBytes(const Graph& graph, const Node& node, std::initializer_list<std::size_t> inputs) {
  for (const std::size_t i : inputs)
    if (const DType type = dtypeOf(graph, node.input(i)); !isByte(type)) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(type))};
  return std::nullopt;
}

MaybeReason needsConstants(const Graph& graph, const Node& node, std::initializer_list<std::size_t> inputs) {
  for (const std::size_t i : inputs)
    if (node.input(i) != kNone && graph.initializer(node.input(i)) == nullptr) return Reason{ReasonCode::WeightsNotConstant, graph.value(node.input(i)).name};
  return std::nullopt;
}

ops::ComputeContext constantOperands(const Builder& builder, const Node& node) {
  ops::ComputeContext context{node, builder.graph().opset(node.domain), {}, {}};
  context.outputs.resize(node.outputs.size());
  for (const ValueId id : node.inputs) {
    const Tensor* constant = id == kNone ? nullptr : builder.constant(id);
    context.inputs.push_back(constant != nullptr ? *constant : Tensor());
  }
  return context;
}

Result<Requant> requantFor(float multiplier, bool fixed) {
  if (!std::isfinite(multiplier)) return invalid("the ratio of the scales is not finite");
  if (!fixed) return Requant{std::bit_cast<std::int32_t>(multiplier), 0};
  const ops::FixedMultiplier exact = ops::fixedMultiplier(multiplier);
  return Requant{exact.q, exact.shift};
}

ByteRange rangeOf(DType type) { return type == DType::i8 ? ByteRange{-128, 127} : ByteRange{0, 255}; }

}  // namespace ew::vulkan
