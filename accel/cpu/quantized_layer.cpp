// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/quantized_layer.h"

#include <cmath>


namespace ew::cpu {
namespace {

bool isByte(DType type) { return type == DType::u8 || type == DType::i8; }

/// Bias as one int32 a channel; false when it is no such constant.
bool readBias(const Builder& builder, ValueId id, std::int64_t channels, std::vector<std::int32_t>& out) {
  if (id == kNone) return true;
  const Tensor* bias = builder.constant(id);
  if (bias == nullptr || bias->dtype() != DType::i32 || (bias->size() != channels && bias->size() != 1)) return false;
  if (bias->size() > 1 && bias->dim(bias->rank() - 1) != channels) return false;
  out.resize(static_cast<std::size_t>(channels));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = bias->data<std::int32_t>()[bias->size() == 1 ? 0 : i];
  return true;
}

}  // namespace

bool usableMultiplier(float multiplier) { return std::isfinite(multiplier) && multiplier < 1e30F; }

ops::ComputeContext constantOperands(const Builder& builder, const Node& node) {
  ops::ComputeContext context{node, builder.graph().opset(node.domain), {}, {}};
  for (const ValueId id : node.inputs) {
    const Tensor* constant = builder.constant(id);
    context.inputs.push_back(constant == nullptr ? Tensor() : *constant);
  }
  return context;
}

std::optional<ops::QuantParameters> perTensor(const Builder& builder, const Node& node, std::size_t scale, std::size_t zeroPoint, DType type) {
  if (builder.constant(node.input(scale)) == nullptr || !isByte(type)) return std::nullopt;
  if (node.input(zeroPoint) != kNone && builder.constant(node.input(zeroPoint)) == nullptr) return std::nullopt;
  const auto parameters = ops::quantParameters(constantOperands(builder, node), scale, zeroPoint, type);
  return parameters.ok() ? std::optional(*parameters) : std::nullopt;
}

std::optional<QuantizedLayer> quantizedLayer(const Builder& builder, const Node& node, const LayerInputs& in, std::int64_t channels, float alpha) {
  QuantizedLayer layer;
  const Tensor* w = builder.constant(node.input(in.w));
  if (w == nullptr || !isByte(w->dtype())) return std::nullopt;
  layer.w = *w;
  layer.channels = channels;
  layer.xType = builder.dtype(node.input(in.x));
  layer.yType = builder.dtype(node.output(0));
  for (const std::size_t index : {in.xZero, in.wScale, in.wZero})
    if (node.input(index) != kNone && builder.constant(node.input(index)) == nullptr) return std::nullopt;
  const auto x = perTensor(builder, node, in.xScale, in.xZero, layer.xType);
  const auto y = perTensor(builder, node, in.yScale, in.yZero, layer.yType);
  const auto weights = ops::quantParameters(constantOperands(builder, node), in.wScale, in.wZero, w->dtype(), channels);
  const auto fixed = ops::usesFixedPoint(node);
  if (!x || !y || !weights.ok() || !fixed.ok() || !readBias(builder, node.input(in.bias), channels, layer.bias)) return std::nullopt;
  layer.fixed = *fixed;
  layer.xZero = x->zeroPoint();
  layer.yZero = y->zeroPoint();
  layer.wZero = weights->zeroPoints;
  for (const float scale : weights->scales) {
    const float multiplier = ((alpha * x->scale()) * scale) / y->scale();
    if (!usableMultiplier(multiplier)) return std::nullopt;
    layer.multipliers.push_back(multiplier);
  }
  return layer;
}

std::vector<std::int16_t> wideWeights(const QuantizedLayer& layer, const std::function<std::size_t(std::size_t)>& channelOf) {
  std::vector<std::int16_t> out(static_cast<std::size_t>(layer.w.size()));
  const bool isSigned = layer.w.dtype() == DType::i8;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int stored = isSigned ? layer.w.data<std::int8_t>()[i] : layer.w.data<std::uint8_t>()[i];
    out[i] = static_cast<std::int16_t>(stored - layer.weightZero(channelOf(i)));
  }
  return out;
}

}  // namespace ew::cpu
