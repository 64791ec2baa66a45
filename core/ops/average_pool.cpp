// SPDX-License-Identifier: Apache-2.0
#include "core/ops/dispatch.h"
#include "core/ops/pool.h"

namespace ew::ops {
namespace {

template <class T>
void pool(const PoolShape& shape, bool includePad, const Tensor& x, Tensor& y) {
  const std::span<const T> from = x.data<T>();
  const std::span<T> to = y.mutableData<T>();
  const std::int64_t inPlane = shape.inPlane(), outPlane = shape.outPlane();
  forEachWindow(shape, [&](std::int64_t position, std::span<const std::int64_t> index, std::span<const TapAxis> taps) {
    const double count = static_cast<double>(averagedTaps(shape, includePad, index, taps));
    for (std::int64_t plane = 0; plane < shape.planes; ++plane) {
      double sum = 0;
      forEachTap(taps, [&](std::int64_t offset) { sum += static_cast<double>(static_cast<Wide<T>>(from[static_cast<std::size_t>(plane * inPlane + offset)])); });
      to[static_cast<std::size_t>(plane * outPlane + position)] = static_cast<T>(static_cast<Wide<T>>(count > 0 ? sum / count : 0));
    }
  });
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const PoolShape shape, poolShape(context.node, x.dims()));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), shape.outDims));
  const bool includePad = context.node.attributes.getInt("count_include_pad", 0) != 0;
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    if (y.size() > 0) pool<T>(shape, includePad, x, y);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef averagePoolOp() { return {.name = "AveragePool", .infer = inferPool, .compute = compute, .cost = poolCost}; }

}  // namespace ew::ops
