// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/convolver.h"
#include "core/ops/dispatch.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) { return inferConv(context, 0, 1, context.inputs[0].dtype); }

template <class T>
void convolve(const ConvShape& shape, const ComputeContext& context, Tensor& y) {
  const std::span<const T> x = context.inputs[0].data<T>();
  const std::span<const T> w = context.inputs[1].data<T>();
  const Convolver convolver(shape);
  // Sums are kept in double so that the reference is the yardstick for every faster order of additions.
  std::vector<double> plane(static_cast<std::size_t>(shape.outPlane()));
  T* to = y.mutableData<T>().data();
  for (std::int64_t n = 0; n < shape.batch; ++n) {
    for (std::int64_t m = 0; m < shape.filters; ++m) {
      const double bias = context.has(2) ? static_cast<double>(static_cast<Wide<T>>(context.inputs[2].data<T>()[static_cast<std::size_t>(m)])) : 0.0;
      std::ranges::fill(plane, bias);
      convolver.addPlane<double>(
          n, m, plane, [x](std::int64_t at) { return static_cast<double>(static_cast<Wide<T>>(x[static_cast<std::size_t>(at)])); },
          [w](std::int64_t at) { return static_cast<double>(static_cast<Wide<T>>(w[static_cast<std::size_t>(at)])); });
      for (const double sum : plane) *to++ = static_cast<T>(static_cast<Wide<T>>(sum));
    }
  }
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& w = context.inputs[1];
  EW_ASSIGN(const ConvShape shape, convShape(context.node, x.dims(), w.dims()));
  if (w.dtype() != x.dtype()) return invalid("X and W have different element types");
  if (context.has(2) && (context.inputs[2].dims() != Dims{shape.filters} || context.inputs[2].dtype() != x.dtype()))
    return invalid("B has the shape " + dimsText(context.inputs[2].dims()) + ", not " + std::to_string(shape.filters));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), shape.outDims()));
  EW_TRY(checkAllocation(DType::f64, y.size() > 0 ? shape.outPlane() : 0));
  if (y.size() > 0) EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() { convolve<T>(shape, context, y); }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) { return convCost(inputs, outputs, 1, 2); }

}  // namespace

OpDef convOp() { return {.name = "Conv", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2}; }

}  // namespace ew::ops
