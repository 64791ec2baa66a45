// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/ops/dispatch.h"
#include "core/ops/quant_layout.h"
#include "core/ops/requantize.h"

namespace ew::ops {
namespace {

/// The type of y: the zero point's, else output_dtype's, else uint8. `none` when output_dtype is no type.
DType outputType(const Node& node, DType zeroPoint) {
  if (zeroPoint != DType::none) return zeroPoint;
  const std::int64_t asked = node.attributes.getInt("output_dtype", 0);
  if (asked == 0) return DType::u8;
  return asked > 0 && asked < 100 ? dtypeFromOnnx(static_cast<int>(asked)).value_or(DType::none) : DType::none;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = outputType(context.node, context.has(2) ? context.inputs[2].dtype : DType::none);
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

struct Source {
  Tensor x;                      ///< as float32
  std::vector<float> scales;
  std::vector<std::int64_t> zeroPoints;  ///< one for each scale
};

Result<Source> source(const ComputeContext& context, DType type) {
  Source out;
  EW_ASSIGN(out.x, toFloat32(context.inputs[0]));
  EW_ASSIGN(const Tensor scales, toFloat32(context.inputs[1]));
  out.scales.assign(scales.data<float>().begin(), scales.data<float>().end());
  for (const float scale : out.scales)
    if (!std::isfinite(scale) || scale <= 0) return invalid("y_scale is " + std::to_string(scale));
  out.zeroPoints.assign(out.scales.size(), 0);
  if (!context.has(2)) return out;
  if (context.inputs[2].dims() != context.inputs[1].dims() && context.inputs[2].size() != 1)
    return invalid("y_zero_point has the shape " + dimsText(context.inputs[2].dims()) + ", y_scale " + dimsText(context.inputs[1].dims()));
  // A zero point of an 8-bit float is 0 by the specification.
  if (isFloat(type)) return out;
  EW_ASSIGN(const std::vector<std::int64_t> values, toInts(context.inputs[2]));
  for (std::size_t i = 0; i < out.zeroPoints.size(); ++i) out.zeroPoints[i] = values[values.size() == 1 ? 0 : i];
  return out;
}

template <class T>
void quantizeIntegers(const Source& from, const QuantLayout& layout, Tensor& y) {
  const std::span<const float> x = from.x.data<float>();
  const std::span<T> to = y.mutableData<T>();
  forEachQuantized(layout, [&](std::size_t i, std::size_t p) {
    to[i] = quantizeValue<T>(x[i], from.scales[p], static_cast<std::int32_t>(from.zeroPoints[p]));
  });
}

void quantizeSubByte(const Source& from, const QuantLayout& layout, Tensor& y) {
  const int bits = dtypeBits(y.dtype());
  const std::int32_t low = isSigned(y.dtype()) ? -(1 << (bits - 1)) : 0;
  const std::int32_t high = low + (1 << bits) - 1;
  const std::span<std::byte> to = y.mutableBytes();
  forEachQuantized(layout, [&](std::size_t i, std::size_t p) {
    const auto value = quantizeValue<std::int32_t>(from.x.data<float>()[i], from.scales[p], static_cast<std::int32_t>(from.zeroPoints[p]));
    setSubByte(to, y.dtype(), static_cast<std::int64_t>(i), std::clamp(value, low, high));
  });
}

void quantizeFloat4(const Source& from, const QuantLayout& layout, Tensor& y) {
  const std::span<std::byte> to = y.mutableBytes();
  forEachQuantized(layout, [&](std::size_t i, std::size_t p) {
    setSubByte(to, y.dtype(), static_cast<std::int64_t>(i), float4FromFloat(from.x.data<float>()[i] / from.scales[p]));
  });
}

Status quantizeFloat8(const Source& from, const QuantLayout& layout, bool saturate, Tensor& y) {
  Float8Kind kind = Float8Kind::E4M3FN;
  switch (y.dtype()) {
    case DType::f8e4m3: break;
    case DType::f8e4m3fnuz: kind = Float8Kind::E4M3FNUZ; break;
    case DType::f8e5m2: kind = Float8Kind::E5M2; break;
    case DType::f8e5m2fnuz: kind = Float8Kind::E5M2FNUZ; break;
    default: return typeRefused(y.dtype());
  }
  const std::span<std::byte> to = y.mutableBytes();
  forEachQuantized(layout, [&](std::size_t i, std::size_t p) {
    to[i] = static_cast<std::byte>(float8FromFloat(from.x.data<float>()[i] / from.scales[p], kind, saturate));
  });
  return {};
}

Status quantize(const Source& from, const QuantLayout& layout, bool saturate, Tensor& y) {
  switch (y.dtype()) {
    case DType::u8: quantizeIntegers<std::uint8_t>(from, layout, y); return {};
    case DType::i8: quantizeIntegers<std::int8_t>(from, layout, y); return {};
    case DType::u16: quantizeIntegers<std::uint16_t>(from, layout, y); return {};
    case DType::i16: quantizeIntegers<std::int16_t>(from, layout, y); return {};
    case DType::u4: case DType::i4: case DType::u2: case DType::i2: quantizeSubByte(from, layout, y); return {};
    case DType::f4e2m1: quantizeFloat4(from, layout, y); return {};
    default: return quantizeFloat8(from, layout, saturate, y);
  }
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if ((!isFloat(x.dtype()) && x.dtype() != DType::i32) || (!isFloat(context.inputs[1].dtype()) && context.inputs[1].dtype() != DType::i32))
    return typeRefused(x.dtype());
  const DType type = outputType(context.node, context.has(2) ? context.inputs[2].dtype() : DType::none);
  EW_ASSIGN(const QuantLayout layout, quantLayout(context.node, x.dims(), context.inputs[1].dims()));
  EW_ASSIGN(const Source from, source(context, type));
  EW_ASSIGN(Tensor y, Tensor::create(type, x.dims()));
  if (!isInteger(type) && dtypeBits(type) != 8 && type != DType::f4e2m1) return typeRefused(type);
  if (y.size() > 0) EW_TRY(quantize(from, layout, context.node.attributes.getInt("saturate", 1) != 0, y));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef quantizeLinearOp() {
  return {.name = "QuantizeLinear", .sinceVersion = 10, .infer = infer, .compute = compute, .requiredInputs = 2};
}
OpDef quantizeLinearMicrosoftOp() {
  return {.name = "QuantizeLinear", .domain = "com.microsoft", .infer = infer, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops
