// SPDX-License-Identifier: Apache-2.0
#include "core/ops/broadcast.h"
#include "core/ops/inference.h"
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

// Inputs: condition, X, x_scale, x_zero_point, Y, y_scale, y_zero_point, z_scale, z_zero_point.
Status infer(InferContext& context) {
  context.outputs[0].dtype = zeroPointType(context, 8, context.inputs[1].dtype);
  if (!context.inputs[0].shape || !context.inputs[1].shape || !context.inputs[4].shape) return {};
  EW_ASSIGN(context.outputs[0].shape, broadcastShapes(std::vector<Shape>{*context.inputs[0].shape, *context.inputs[1].shape, *context.inputs[4].shape}));
  return {};
}

/// Every byte of an operand with its own scale as one with the scale of Z: 256 entries.
Result<Tensor> table(const QuantParameters& from, const QuantParameters& to, DType type) {
  Tensor out = Tensor::zeros(type, {256});
  EW_TRY(dispatchByte(type, [&]<class T>() {
    for (std::int32_t i = 0; i < 256; ++i) {
      const float value = dequantizeValue(i + std::numeric_limits<T>::min(), from.scale(), from.zeroPoint());
      out.mutableData<T>()[static_cast<std::size_t>(i)] = quantizeValue<T>(value, to.scale(), to.zeroPoint());
    }
  }));
  return out;
}

Status compute(ComputeContext& context) {
  const Tensor &condition = context.inputs[0], &x = context.inputs[1], &y = context.inputs[4];
  if (condition.dtype() != DType::boolean) return invalid("condition must be bool, not " + std::string(dtypeName(condition.dtype())));
  if (y.dtype() != x.dtype() || zeroPointType(context, 8, x.dtype()) != x.dtype()) return invalid("X, Y and z_zero_point differ in element type");
  EW_ASSIGN(const QuantParameters xScaling, quantParameters(context, 2, 3, x.dtype()));
  EW_ASSIGN(const QuantParameters yScaling, quantParameters(context, 5, 6, x.dtype()));
  EW_ASSIGN(const QuantParameters zScaling, quantParameters(context, 7, 8, x.dtype()));
  EW_ASSIGN(const Tensor xTable, table(xScaling, zScaling, x.dtype()));
  EW_ASSIGN(const Tensor yTable, table(yScaling, zScaling, x.dtype()));
  EW_ASSIGN(const Tensor left, lookedUp(x, xTable));
  EW_ASSIGN(const Tensor right, lookedUp(y, yTable));
  EW_ASSIGN(Dims dims, broadcastDims(x.dims(), y.dims()));
  EW_ASSIGN(dims, broadcastDims(condition.dims(), dims));
  EW_ASSIGN(Tensor z, Tensor::create(x.dtype(), dims));
  Walk<3> walk(dims, {broadcastStrides(condition.dims(), dims), broadcastStrides(x.dims(), dims), broadcastStrides(y.dims(), dims)});
  for (std::byte& element : z.mutableBytes()) {
    const bool first = condition.data<std::uint8_t>()[static_cast<std::size_t>(walk.offset(0))] != 0;
    element = first ? left.bytes()[static_cast<std::size_t>(walk.offset(1))] : right.bytes()[static_cast<std::size_t>(walk.offset(2))];
    walk.next();
  }
  context.outputs[0] = std::move(z);
  return {};
}

}  // namespace

OpDef qLinearWhereOp() {
  return {.name = "QLinearWhere", .domain = "com.microsoft", .infer = infer, .compute = compute, .requiredInputs = 8, .mostInputs = 9};
}

}  // namespace ew::ops
