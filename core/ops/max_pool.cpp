// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "core/ops/dispatch.h"
#include "core/ops/pool.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_TRY(inferPool(context));
  if (context.outputs.size() > 1) context.outputs[1] = {DType::i64, context.outputs[0].shape, {}};
  return {};
}

/// Whether a further element takes the place of the best so far: NaN does, and keeps it.
template <class W>
bool wins(W value, W best) {
  if constexpr (std::is_floating_point_v<W>) return value > best || (std::isnan(value) && !std::isnan(best));
  else return value > best;
}

/// Where an element of a plane lies when the spatial axes count from the first (storage_order 1).
std::int64_t columnMajor(const PoolShape& shape, std::int64_t offset) {
  std::int64_t out = 0, step = shape.inPlane();
  for (std::size_t axis = shape.windows.size(); axis-- > 0;) {
    const std::int64_t extent = shape.windows[axis].in;
    step /= extent;
    out += offset % extent * step;
    offset /= extent;
  }
  return out;
}

template <class T>
void pool(const PoolShape& shape, bool columns, const Tensor& x, Tensor& y, Tensor& indices) {
  using W = Wide<T>;
  const std::span<const T> from = x.data<T>();
  const std::span<T> to = y.mutableData<T>();
  std::int64_t* index = indices.present() ? indices.mutableData<std::int64_t>().data() : nullptr;
  const std::int64_t inPlane = shape.inPlane(), outPlane = shape.outPlane();
  forEachWindow(shape, [&](std::int64_t position, std::span<const std::int64_t>, std::span<const TapAxis> taps) {
    for (std::int64_t plane = 0; plane < shape.planes; ++plane) {
      W best = std::numeric_limits<W>::has_infinity ? -std::numeric_limits<W>::infinity() : std::numeric_limits<W>::lowest();
      std::int64_t where = -1;
      forEachTap(taps, [&](std::int64_t offset) {
        const W value = static_cast<W>(from[static_cast<std::size_t>(plane * inPlane + offset)]);
        if (where >= 0 && !wins(value, best)) return;
        best = value;
        where = offset;
      });
      const std::int64_t at = plane * outPlane + position;
      to[static_cast<std::size_t>(at)] = static_cast<T>(best);
      if (index != nullptr) index[at] = plane * inPlane + (columns ? columnMajor(shape, where) : where);
    }
  });
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const PoolShape shape, poolShape(context.node, x.dims()));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), shape.outDims));
  Tensor indices;
  if (context.wants(1)) {
    EW_ASSIGN(indices, Tensor::create(DType::i64, shape.outDims));
  }
  const bool columns = context.node.attributes.getInt("storage_order", 0) != 0;
  const auto run = [&]<class T>() {
    if (y.size() > 0 && x.size() > 0) pool<T>(shape, columns, x, y, indices);
  };
  EW_TRY(isInteger(x.dtype()) ? dispatchByte(x.dtype(), run) : dispatchFloat(x.dtype(), run));
  context.outputs[0] = std::move(y);
  if (context.wants(1)) context.outputs[1] = std::move(indices);
  return {};
}

}  // namespace

OpDef maxPoolOp() { return {.name = "MaxPool", .infer = infer, .compute = compute, .cost = poolCost}; }

}  // namespace ew::ops
