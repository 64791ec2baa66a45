// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "core/ops/dispatch.h"
#include "core/ops/quant_layout.h"
#include "core/ops/requantize.h"

namespace ew::ops {
namespace {

/// The type of y: output_dtype's (opset 23), else the scale's. `none` when output_dtype is no type.
DType outputType(const Node& node, DType scale) {
  const std::int64_t asked = node.attributes.getInt("output_dtype", 0);
  if (asked == 0) return scale;
  return asked > 0 && asked < 100 ? dtypeFromOnnx(static_cast<int>(asked)).value_or(DType::none) : DType::none;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = outputType(context.node, context.inputs[1].dtype);
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

struct Parameters {
  std::vector<float> scales;
  std::vector<std::int32_t> zeroPoints;  ///< one for each scale; 0 for floats
};

Result<Parameters> parameters(const ComputeContext& context) {
  Parameters out;
  EW_ASSIGN(const Tensor scales, toFloat32(context.inputs[1]));
  out.scales.assign(scales.data<float>().begin(), scales.data<float>().end());
  out.zeroPoints.assign(out.scales.size(), 0);
  if (!context.has(2) || isFloat(context.inputs[2].dtype())) return out;
  const Tensor& zeroPoint = context.inputs[2];
  if (zeroPoint.dtype() != context.inputs[0].dtype() || (zeroPoint.dims() != context.inputs[1].dims() && zeroPoint.size() != 1))
    return invalid("x_zero_point is " + std::string(dtypeName(zeroPoint.dtype())) + " of shape " + dimsText(zeroPoint.dims()) + ", x is " +
                   std::string(dtypeName(context.inputs[0].dtype())) + " and x_scale has the shape " + dimsText(context.inputs[1].dims()));
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(zeroPoint));
  for (std::size_t i = 0; i < out.zeroPoints.size(); ++i) out.zeroPoints[i] = static_cast<std::int32_t>(values[values.size() == 1 ? 0 : i]);
  return out;
}

Status dequantize(const Tensor& x, const QuantLayout& layout, const Parameters& p, std::span<float> y) {
  if (x.dtype() == DType::f4e2m1) {
    forEachQuantized(layout, [&](std::size_t i, std::size_t k) { y[i] = float4ToFloat(subByteAt(x, static_cast<std::int64_t>(i))) * p.scales[k]; });
    return {};
  }
  if (isSubByte(x.dtype())) {
    forEachQuantized(layout, [&](std::size_t i, std::size_t k) {
      y[i] = dequantizeValue(subByteAt(x, static_cast<std::int64_t>(i)), p.scales[k], p.zeroPoints[k]);
    });
    return {};
  }
  return dispatchType(x.dtype(), [&]<class T>() {
    const std::span<const T> from = x.data<T>();
    forEachQuantized(layout, [&](std::size_t i, std::size_t k) {
      if constexpr (std::is_integral_v<T>) y[i] = dequantizeValue(static_cast<std::int32_t>(from[i]), p.scales[k], p.zeroPoints[k]);
      else y[i] = static_cast<float>(from[i]) * p.scales[k];
    });
  });
}

bool quantizedType(DType type) {
  return isSubByte(type) || (dtypeBits(type) == 8 && type != DType::boolean) || type == DType::i16 || type == DType::u16 || type == DType::i32;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const DType type = outputType(context.node, context.inputs[1].dtype());
  if (!quantizedType(x.dtype())) return typeRefused(x.dtype());
  if (!isFloat(context.inputs[1].dtype())) return typeRefused(context.inputs[1].dtype());
  EW_ASSIGN(const QuantLayout layout, quantLayout(context.node, x.dims(), context.inputs[1].dims()));
  EW_ASSIGN(const Parameters p, parameters(context));
  EW_ASSIGN(Tensor wide, Tensor::create(DType::f32, x.dims()));
  if (x.size() > 0) EW_TRY(dequantize(x, layout, p, wide.mutableData<float>()));
  if (type == DType::f32) {
    context.outputs[0] = std::move(wide);
    return {};
  }
  EW_ASSIGN(Tensor y, Tensor::create(type, x.dims()));
  EW_TRY(dispatchFloat(type, [&]<class T>() {
    for (std::size_t i = 0; i < wide.data<float>().size(); ++i) y.mutableData<T>()[i] = static_cast<T>(wide.data<float>()[i]);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef dequantizeLinearOp() {
  return {.name = "DequantizeLinear", .sinceVersion = 10, .infer = infer, .compute = compute, .requiredInputs = 2};
}
OpDef dequantizeLinearMicrosoftOp() {
  return {.name = "DequantizeLinear", .domain = "com.microsoft", .infer = infer, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops
