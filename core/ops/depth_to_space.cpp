// SPDX-License-Identifier: Apache-2.0
// DepthToSpace and SpaceToDepth: a transposition of the input seen with six axes.
#include <array>

#include "core/base/checked.h"
#include "core/ops/extent.h"
#include "core/ops/inference.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<std::int64_t> blockSize(const Node& node) {
  const std::int64_t block = node.attributes.getInt("blocksize", 0);
  if (block < 1 || block > 65535) return invalid("blocksize is " + std::to_string(block));
  return block;
}

Result<Dim> divided(const Dim& extent, std::int64_t by) {
  if (!extent.known()) return quotientOf(extent, by);
  if (extent.extent % by != 0) return invalid("extent " + extent.text() + " cannot be divided by " + std::to_string(by));
  return Dim(extent.extent / by);
}

Result<Dim> multiplied(const Dim& extent, std::int64_t by) {
  if (!extent.known()) return productOf(extent, Dim(by));
  const auto product = checkedMul(extent.extent, by);
  if (!product) return limitReached("extent " + extent.text() + " times " + std::to_string(by) + " overflows");
  return Dim(*product);
}

Result<Shape> movedShape(const Shape& in, std::int64_t block, bool toSpace) {
  const auto channels = toSpace ? divided : multiplied;
  const auto spatial = toSpace ? multiplied : divided;
  EW_ASSIGN(Dim c, channels(in[1], block * block));
  EW_ASSIGN(Dim h, spatial(in[2], block));
  EW_ASSIGN(Dim w, spatial(in[3], block));
  return Shape(std::vector<Dim>{in[0], std::move(c), std::move(h), std::move(w)});
}

template <bool ToSpace>
Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const std::int64_t block, blockSize(context.node));
  EW_ASSIGN(const std::optional<Shape> shape, rankedShape(context, 0, 4, 4));
  if (!shape) return {};
  EW_ASSIGN(context.outputs[0].shape, movedShape(*shape, block, ToSpace));
  return {};
}

template <bool ToSpace>
Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const std::int64_t b, blockSize(context.node));
  if (input.rank() != 4) return invalid("the input must have four axes, not the shape " + dimsText(input.dims()));
  EW_ASSIGN(const Shape shape, movedShape(input.shape(), b, ToSpace));
  const Dims dims = *shape.concrete();
  const bool columnFirst = context.node.attributes.getString("mode", "DCR") == "CRD";
  // Axes of the input, and which of them each axis of the output is: N, channel, row, block row, column, block column.
  Dims seen;
  std::array<std::size_t, 6> order{};
  if (!ToSpace && columnFirst) {
    seen = {dims[0], input.dim(1), dims[2], b, dims[3], b};
    order = {0, 1, 3, 5, 2, 4};
  } else if (!ToSpace) {
    seen = {dims[0], input.dim(1), dims[2], b, dims[3], b};
    order = {0, 3, 5, 1, 2, 4};
  } else if (columnFirst) {
    seen = {dims[0], dims[1], b, b, input.dim(2), input.dim(3)};
    order = {0, 1, 4, 2, 5, 3};
  } else {
    seen = {dims[0], b, b, dims[1], input.dim(2), input.dim(3)};
    order = {0, 3, 4, 1, 5, 2};
  }
  const Dims strides = stridesOf(seen);
  Layout layout;
  Dims extents;
  for (const std::size_t axis : order) {
    layout.strides.push_back(strides[axis]);
    extents.push_back(seen[axis]);
  }
  EW_ASSIGN(const Tensor moved, gathered(input, layout, std::move(extents)));
  context.outputs[0] = moved.reshaped(dims);
  return {};
}

}  // namespace

OpDef depthToSpaceOp() { return {.name = "DepthToSpace", .infer = infer<true>, .compute = compute<true>, .cost = movesOnly}; }
OpDef spaceToDepthOp() { return {.name = "SpaceToDepth", .infer = infer<false>, .compute = compute<false>, .cost = movesOnly}; }

}  // namespace ew::ops
