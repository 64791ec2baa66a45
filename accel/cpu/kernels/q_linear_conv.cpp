// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/integer_conv.h"
#include "accel/cpu/kernels/int8_depthwise.h"
#include "accel/cpu/kernels/kernels.h"
#include "core/ops/convolver.h"

namespace ew::cpu {
namespace {

constexpr LayerInputs operands{.x = 0, .xScale = 1, .xZero = 2, .w = 3, .wScale = 4, .wZero = 5, .yScale = 6, .yZero = 7, .bias = 8};

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
  if (addInt8Depthwise(builder, node, shape, *layer)) return true;
  return addIntegerConv(builder, node, shape, *layer);
}

}  // namespace ew::cpu
