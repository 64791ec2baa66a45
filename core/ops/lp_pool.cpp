// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/dispatch.h"
#include "core/ops/pool.h"

namespace ew::ops {
namespace {

/// p was a float in version 1 and is an integer since.
double exponentOf(const Node& node) {
  if (const float* p = node.attributes.find<float>("p")) return static_cast<double>(*p);
  return static_cast<double>(node.attributes.getInt("p", 2));
}

template <class T>
void pool(const PoolShape& shape, double p, const Tensor& x, Tensor& y) {
  const std::span<const T> from = x.data<T>();
  const std::span<T> to = y.mutableData<T>();
  const std::int64_t inPlane = shape.inPlane(), outPlane = shape.outPlane();
  forEachWindow(shape, [&](std::int64_t position, std::span<const std::int64_t>, std::span<const TapAxis> taps) {
    for (std::int64_t plane = 0; plane < shape.planes; ++plane) {
      double sum = 0;
      forEachTap(taps, [&](std::int64_t offset) {
        sum += std::pow(std::fabs(static_cast<double>(static_cast<Wide<T>>(from[static_cast<std::size_t>(plane * inPlane + offset)]))), p);
      });
      to[static_cast<std::size_t>(plane * outPlane + position)] = static_cast<T>(static_cast<Wide<T>>(std::pow(sum, 1 / p)));
    }
  });
}

Status poolWith(ComputeContext& context, const PoolShape& shape) {
  const Tensor& x = context.inputs[0];
  const double p = exponentOf(context.node);
  if (!(p > 0)) return invalid("attribute p is not positive");
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), shape.outDims));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    if (y.size() > 0) pool<T>(shape, p, x, y);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const PoolShape shape, poolShape(context.node, context.inputs[0].dims()));
  return poolWith(context, shape);
}

Status computeGlobal(ComputeContext& context) {
  EW_ASSIGN(const PoolShape shape, globalPoolShape(context.inputs[0].dims()));
  return poolWith(context, shape);
}

}  // namespace

OpDef lpPoolOp() { return {.name = "LpPool", .infer = inferPool, .compute = compute, .cost = poolCost}; }
OpDef globalLpPoolOp() { return {.name = "GlobalLpPool", .infer = inferGlobalPool, .compute = computeGlobal, .cost = globalPoolCost}; }

}  // namespace ew::ops
