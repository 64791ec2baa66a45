// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/int8_depthwise.h"
#include "accel/cpu/kernels/integer_conv.h"
#include "accel/cpu/kernels/kernels.h"
#include "core/ops/convolver.h"

namespace ew::cpu {
namespace {

constexpr LayerInputs operands{.x = 0, .xScale = 1, .xZero = 2, .w = 3, .wScale = 4, .wZero = 5, .yScale = 6, .yZero = 7, .bias = 8};

std::int32_t unsignedZero(const ops::QuantParameters& parameters, DType type) { return parameters.zeroPoint() + (type == DType::i8 ? 128 : 0); }

/// The QLinearAdd that was fused after the convolution; nothing where its loops do not take it.
std::optional<FusedSum> sumOf(const Builder& builder, const Node& conv, const Node& add) {
  const std::size_t mine = add.input(0) == conv.output(0) ? 0 : 3, others = 3 - mine;
  FusedSum fused;
  fused.other = add.input(others);
  fused.y = add.output(0);
  fused.type = builder.dtype(fused.y);
  const DType resultType = builder.dtype(conv.output(0)), otherType = builder.dtype(fused.other);
  const auto result = perTensor(builder, add, mine + 1, mine + 2, resultType), other = perTensor(builder, add, others + 1, others + 2, otherType),
             y = perTensor(builder, add, 6, 7, fused.type);
  if (!result || !other || !y || add.attributes.getString("requantization", "float") != "float") return std::nullopt;
  fused.sum.resultMultiplier = ops::addMultiplier(result->scale(), y->scale());
  fused.sum.otherMultiplier = ops::addMultiplier(other->scale(), y->scale());
  constexpr float limit = 1e6F;  // beyond it sums need not fit the integers that they become
  if (!(fused.sum.resultMultiplier < limit) || !(fused.sum.otherMultiplier < limit)) return std::nullopt;
  fused.sum.resultZero = unsignedZero(*result, resultType);
  fused.sum.otherZero = unsignedZero(*other, otherType);
  fused.sum.zeroPoint = unsignedZero(*y, fused.type);
  fused.sum.flipOther = otherType == DType::i8 ? 0x80808080U : 0U;
  return fused;
}

}  // namespace

Result<bool> addQLinearConv(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ValueId x = node.input(0), y = node.output(0);
  if (!builder.isStatic(x) || !builder.isStatic(y) || !builder.isStatic(node.input(3)) || builder.constant(x) != nullptr) return false;
  const Dims xDims = builder.dims(x), wDims = builder.dims(node.input(3));
  if (xDims.size() < 3 || xDims.size() > 5) return false;
  EW_ASSIGN(const ops::ConvShape shape, ops::convShape(node, xDims, wDims));
  const auto layer = quantizedLayer(builder, node, operands, shape.filters);
  if (!layer) return false;
  if (group.single()) return addInt8Depthwise(builder, node, shape, *layer) || addIntegerConv(builder, node, shape, *layer, std::nullopt);
  const Node& add = *group.fused[0];
  const bool depthwise = shape.groups == shape.channels && shape.groups > 1;
  if (depthwise || layer->fixed || !builder.isStatic(add.output(0))) return false;
  const auto sum = sumOf(builder, node, add);
  return sum && addIntegerConv(builder, node, shape, *layer, sum);
}

}  // namespace ew::cpu
