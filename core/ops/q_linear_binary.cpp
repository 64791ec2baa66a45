// SPDX-License-Identifier: Apache-2.0
#include "core/ops/q_linear_binary.h"

#include "core/ops/inference.h"

namespace ew::ops {

Result<QLinearBinary> qLinearBinary(const ComputeContext& context) {
  const Tensor& a = context.inputs[0];
  const Tensor& b = context.inputs[3];
  const DType type = zeroPointType(context, 7, a.dtype());
  QLinearBinary out;
  EW_ASSIGN(out.aScaling, quantParameters(context, 1, 2, a.dtype()));
  EW_ASSIGN(out.bScaling, quantParameters(context, 4, 5, b.dtype()));
  EW_ASSIGN(out.cScaling, quantParameters(context, 6, 7, type));
  EW_ASSIGN(out.a, centred(a, out.aScaling.zeroPoint()));
  EW_ASSIGN(out.b, centred(b, out.bScaling.zeroPoint()));
  EW_ASSIGN(out.fixed, usesFixedPoint(context.node));
  EW_ASSIGN(const Dims dims, broadcastDims(a.dims(), b.dims()));
  out.aStrides = broadcastStrides(a.dims(), dims);
  out.bStrides = broadcastStrides(b.dims(), dims);
  EW_ASSIGN(out.c, Tensor::create(type, dims));
  return out;
}

Status inferQLinearBinary(InferContext& context) {
  context.outputs[0].dtype = zeroPointType(context, 7, context.inputs[0].dtype);
  if (!context.inputs[0].shape || !context.inputs[3].shape) return {};
  EW_ASSIGN(context.outputs[0].shape, broadcastShapes(std::vector<Shape>{*context.inputs[0].shape, *context.inputs[3].shape}));
  return {};
}

}  // namespace ew::ops
