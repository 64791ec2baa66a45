// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/pool.h"
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

// Inputs: X, x_scale, x_zero_point, y_scale, y_zero_point. With channels_last, X is [N, spatial..., C].
bool channelsLast(const Node& node) { return node.attributes.getInt("channels_last", 0) != 0; }

/// The extents with the channels moved between the last place and the second.
template <class Extents>
Extents channelsFirst(Extents dims) {
  if (dims.size() > 2) std::rotate(dims.begin() + 1, dims.end() - 1, dims.end());
  return dims;
}
template <class Extents>
Extents channelsBack(Extents dims) {
  if (dims.size() > 2) std::rotate(dims.begin() + 1, dims.begin() + 2, dims.end());
  return dims;
}

Status inferWith(InferContext& context, Status (*inferPlanes)(InferContext&)) {
  const bool last = channelsLast(context.node);
  InferContext planes = context;
  if (last && planes.inputs[0].shape) planes.inputs[0].shape = Shape(channelsFirst(planes.inputs[0].shape->dims()));
  EW_TRY(inferPlanes(planes));
  context.outputs[0] = planes.outputs[0];
  if (last && planes.outputs[0].shape) context.outputs[0].shape = Shape(channelsBack(planes.outputs[0].shape->dims()));
  context.outputs[0].dtype = zeroPointType(context, 4, context.inputs[0].dtype);
  return {};
}

Status infer(InferContext& context) { return inferWith(context, inferPool); }
Status inferGlobal(InferContext& context) { return inferWith(context, inferGlobalPool); }

/// Where plane (n, c) and an element of it lie.
struct Layout {
  std::int64_t channels = 1, plane = 1;
  bool last = false;

  std::size_t at(std::int64_t nc, std::int64_t element) const {
    if (!last) return static_cast<std::size_t>(nc * plane + element);
    return static_cast<std::size_t>((nc / channels * plane + element) * channels + nc % channels);
  }
};

Status poolWith(ComputeContext& context, const PoolShape& shape, std::int64_t channels) {
  const Tensor& X = context.inputs[0];
  const bool last = channelsLast(context.node);
  const DType type = zeroPointType(context, 4, X.dtype());
  EW_ASSIGN(const QuantParameters xScaling, quantParameters(context, 1, 2, X.dtype()));
  EW_ASSIGN(const QuantParameters yScaling, quantParameters(context, 3, 4, type));
  EW_ASSIGN(const std::vector<std::int32_t> x, centred(X, xScaling.zeroPoint()));
  EW_ASSIGN(const bool fixed, usesFixedPoint(context.node));
  EW_ASSIGN(Tensor y, Tensor::create(type, last ? channelsBack(shape.outDims) : shape.outDims));
  if (y.size() > 0) {
    const Layout from{channels, shape.inPlane(), last}, to{channels, shape.outPlane(), last};
    const bool includePad = context.node.attributes.getInt("count_include_pad", 0) != 0;
    Status failure;
    forEachWindow(shape, [&](std::int64_t position, std::span<const std::int64_t> index, std::span<const TapAxis> taps) {
      const auto count = static_cast<float>(std::max<std::int64_t>(1, averagedTaps(shape, includePad, index, taps)));
      const Result<Requantizer> requantizer = requantizerFor(xScaling.scale() / (yScaling.scale() * count), yScaling.zeroPoint(), fixed);
      if (!requantizer.ok()) {
        failure = requantizer.error();
        return;
      }
      for (std::int64_t plane = 0; plane < shape.planes; ++plane) {
        std::uint32_t sum = 0;
        forEachTap(taps, [&](std::int64_t offset) { sum += static_cast<std::uint32_t>(x[from.at(plane, offset)]); });
        const auto acc = static_cast<std::int32_t>(sum);
        y.mutableBytes()[to.at(plane, position)] = type == DType::i8 ? static_cast<std::byte>(requantizer->apply<std::int8_t>(acc))
                                                                     : static_cast<std::byte>(requantizer->apply<std::uint8_t>(acc));
      }
    });
    EW_TRY(std::move(failure));
  }
  context.outputs[0] = std::move(y);
  return {};
}

Dims planeDims(const ComputeContext& context) {
  return channelsLast(context.node) ? channelsFirst(context.inputs[0].dims()) : context.inputs[0].dims();
}

Status compute(ComputeContext& context) {
  const Dims dims = planeDims(context);
  EW_ASSIGN(const PoolShape shape, poolShape(context.node, dims));
  return poolWith(context, shape, dims[1]);
}

Status computeGlobal(ComputeContext& context) {
  const Dims dims = planeDims(context);
  EW_ASSIGN(const PoolShape shape, globalPoolShape(dims));
  return poolWith(context, shape, dims[1]);
}

}  // namespace

OpDef qLinearAveragePoolOp() {
  return {.name = "QLinearAveragePool", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = poolCost, .requiredInputs = 4};
}
OpDef qLinearGlobalAveragePoolOp() {
  return {.name = "QLinearGlobalAveragePool", .domain = "com.microsoft", .infer = inferGlobal, .compute = computeGlobal, .cost = globalPoolCost, .requiredInputs = 4};
}

}  // namespace ew::ops
