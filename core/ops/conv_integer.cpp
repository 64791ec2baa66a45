// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/convolver.h"
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

constexpr std::size_t noBias = 4;

// Inputs: x, w, x_zero_point, w_zero_point.
Status infer(InferContext& context) { return inferConv(context, 0, 1, DType::i32); }

void convolve(const ConvShape& shape, const std::vector<std::int32_t>& xs, const std::vector<std::int32_t>& ws,
              const std::vector<std::int32_t>& wZero, Tensor& y) {
  const Convolver convolver(shape);
  std::vector<std::uint32_t> plane(static_cast<std::size_t>(shape.outPlane()));
  std::int32_t* to = y.mutableData<std::int32_t>().data();
  for (std::int64_t n = 0; n < shape.batch; ++n) {
    for (std::int64_t m = 0; m < shape.filters; ++m) {
      const std::int32_t zero = wZero[wZero.size() == 1 ? 0 : static_cast<std::size_t>(m)];
      std::ranges::fill(plane, 0U);
      convolver.addPlane<std::uint32_t>(
          n, m, plane, [&](std::int64_t at) { return static_cast<std::uint32_t>(xs[static_cast<std::size_t>(at)]); },
          [&](std::int64_t at) { return static_cast<std::uint32_t>(ws[static_cast<std::size_t>(at)] - zero); });
      for (const std::uint32_t sum : plane) *to++ = static_cast<std::int32_t>(sum);
    }
  }
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& w = context.inputs[1];
  EW_ASSIGN(const ConvShape shape, convShape(context.node, x.dims(), w.dims()));
  EW_ASSIGN(const std::vector<std::int32_t> xZero, zeroPoints(context, 2, x.dtype(), 1));
  EW_ASSIGN(const std::vector<std::int32_t> wZero, zeroPoints(context, 3, w.dtype(), shape.filters));
  EW_ASSIGN(const std::vector<std::int32_t> xs, centred(x, xZero[0]));
  EW_ASSIGN(const std::vector<std::int32_t> ws, centred(w, 0));
  EW_ASSIGN(Tensor y, Tensor::create(DType::i32, shape.outDims()));
  if (y.size() > 0) convolve(shape, xs, ws, wZero, y);
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) { return convCost(inputs, outputs, 1, noBias); }

}  // namespace

OpDef convIntegerOp() {
  return {.name = "ConvInteger", .sinceVersion = 10, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2};
}

}  // namespace ew::ops
