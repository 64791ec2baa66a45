// SPDX-License-Identifier: Apache-2.0
#include "core/ops/pool.h"

#include "core/ops/cost.h"
#include "core/ops/inference.h"

namespace ew::ops {

std::int64_t PoolShape::inPlane() const {
  std::int64_t product = 1;
  for (const Window& window : windows) product *= window.in;
  return product;
}

std::int64_t PoolShape::outPlane() const {
  std::int64_t product = 1;
  for (const Window& window : windows) product *= window.out;
  return product;
}

Result<PoolShape> poolShape(const Node& node, const Dims& x) {
  if (x.size() < 3) return invalid("X of shape " + dimsText(x) + " has no spatial dimensions to pool");
  PoolShape shape;
  EW_ASSIGN(shape.windows, slidingWindows(node, std::span(x).subspan(2), node.attributes.getInts("kernel_shape"),
                                          node.attributes.getInt("ceil_mode", 0) != 0));
  shape.planes = work({x[0], x[1]});
  shape.outDims = {x[0], x[1]};
  for (const Window& window : shape.windows) shape.outDims.push_back(window.out);
  return shape;
}

Status inferPool(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const auto x, rankedShape(context, 0, 3));
  if (!x) return {};
  EW_ASSIGN(const std::vector<Dim> spatial,
            slidingExtents(context.node, std::span(x->dims()).subspan(2), context.node.attributes.getInts("kernel_shape"),
                           context.node.attributes.getInt("ceil_mode", 0) != 0));
  std::vector<Dim> dims{(*x)[0], (*x)[1]};
  dims.insert(dims.end(), spatial.begin(), spatial.end());
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Cost poolCost(const Node& node, std::span<const Dims>, std::span<const Dims> outputs) {
  return {0, work({elementsFrom(outputs[0], 0), work(node.attributes.getInts("kernel_shape"))})};
}

std::int64_t averagedTaps(const PoolShape& shape, bool includePad, std::span<const std::int64_t> index, std::span<const TapAxis> taps) {
  std::int64_t count = 1;
  for (std::size_t axis = 0; axis < taps.size(); ++axis)
    count = work({count, includePad ? shape.windows[axis].paddedTaps(index[axis]) : taps[axis].count});
  return count;
}

Result<PoolShape> globalPoolShape(const Dims& x) {
  if (x.size() < 2) return invalid("X of shape " + dimsText(x) + " has no batch and channels");
  PoolShape shape{work({x[0], x[1]}), {}, {x[0], x[1]}};
  for (std::size_t axis = 2; axis < x.size(); ++axis) {
    shape.windows.push_back({.in = x[axis], .out = 1, .kernel = x[axis]});
    shape.outDims.push_back(1);
  }
  return shape;
}

Status inferGlobalPool(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(std::optional<Shape> shape, rankedShape(context, 0, 2));
  if (!shape) return {};
  for (std::size_t axis = 2; axis < shape->rank(); ++axis) (*shape)[axis] = Dim(1);
  context.outputs[0].shape = std::move(shape);
  return {};
}

Cost globalPoolCost(const Node&, std::span<const Dims> inputs, std::span<const Dims>) { return {0, elementsFrom(inputs[0], 0)}; }

}  // namespace ew::ops
