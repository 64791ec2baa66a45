// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/convolver.h"
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

// Inputs: x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, B.
Status infer(InferContext& context) { return inferConv(context, 0, 3, zeroPointType(context, 7, context.inputs[0].dtype)); }

struct Operands {
  std::vector<std::int32_t> x;
  const Tensor* w = nullptr;
  std::span<const std::int32_t> bias;  ///< empty when there is none
  QuantParameters xScaling, wScaling, yScaling;
};

/// One filter: the sums of a plane of image n.
Status sumPlane(const Convolver& convolver, const Operands& operands, std::int64_t n, std::int64_t m, std::span<std::uint32_t> plane) {
  // Unsigned, so that an overflow wraps.
  const std::uint32_t start = operands.bias.empty() ? 0 : static_cast<std::uint32_t>(operands.bias[static_cast<std::size_t>(m)]);
  const std::int32_t zeroPoint = operands.wScaling.zeroPoint(static_cast<std::size_t>(m));
  std::ranges::fill(plane, start);
  return dispatchByte(operands.w->dtype(), [&]<class T>() {
    const std::span<const T> w = operands.w->data<T>();
    convolver.addPlane<std::uint32_t>(
        n, m, plane, [&](std::int64_t at) { return static_cast<std::uint32_t>(operands.x[static_cast<std::size_t>(at)]); },
        [&](std::int64_t at) { return static_cast<std::uint32_t>(w[static_cast<std::size_t>(at)] - zeroPoint); });
  });
}

Status convolve(const ConvShape& shape, const Operands& operands, bool fixed, Tensor& y) {
  const Convolver convolver(shape);
  std::vector<std::uint32_t> plane(static_cast<std::size_t>(shape.outPlane()));
  std::size_t at = 0;
  for (std::int64_t n = 0; n < shape.batch; ++n) {
    for (std::int64_t m = 0; m < shape.filters; ++m) {
      EW_TRY(sumPlane(convolver, operands, n, m, plane));
      const float multiplier = (operands.xScaling.scale() * operands.wScaling.scale(static_cast<std::size_t>(m))) / operands.yScaling.scale();
      EW_ASSIGN(const Requantizer requantizer, requantizerFor(multiplier, operands.yScaling.zeroPoint(), fixed));
      EW_TRY(dispatchByte(y.dtype(), [&]<class T>() {
        const std::span<T> to = y.mutableData<T>();
        for (const std::uint32_t sum : plane) to[at++] = requantizer.apply<T>(static_cast<std::int32_t>(sum));
      }));
    }
  }
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& w = context.inputs[3];
  EW_ASSIGN(const ConvShape shape, convShape(context.node, x.dims(), w.dims()));
  const DType type = zeroPointType(context, 7, x.dtype());
  Operands operands;
  operands.w = &w;
  EW_ASSIGN(operands.xScaling, quantParameters(context, 1, 2, x.dtype()));
  EW_ASSIGN(operands.wScaling, quantParameters(context, 4, 5, w.dtype(), shape.filters));
  EW_ASSIGN(operands.yScaling, quantParameters(context, 6, 7, type));
  EW_ASSIGN(operands.x, centred(x, operands.xScaling.zeroPoint()));
  if (context.has(8)) {
    if (context.inputs[8].dtype() != DType::i32 || context.inputs[8].dims() != Dims{shape.filters}) return invalid("B is not int32 with one value a filter");
    operands.bias = context.inputs[8].data<std::int32_t>();
  }
  EW_ASSIGN(const bool fixed, usesFixedPoint(context.node));
  EW_ASSIGN(Tensor y, Tensor::create(type, shape.outDims()));
  if (y.size() > 0) EW_TRY(convolve(shape, operands, fixed, y));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) { return convCost(inputs, outputs, 3, 8); }

}  // namespace

OpDef qLinearConvOp() {
  return {.name = "QLinearConv", .sinceVersion = 10, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 7};
}

}  // namespace ew::ops
