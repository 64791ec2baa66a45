// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/ops/dispatch.h"
#include "core/ops/requantize.h"
#include "core/ops/op.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0] = {DType::u8, context.inputs[0].shape, {}};
  if (context.outputs.size() > 1) context.outputs[1] = {DType::f32, Shape(), {}};
  if (context.outputs.size() > 2) context.outputs[2] = {DType::u8, Shape(), {}};
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.dtype() != DType::f32) return typeRefused(x.dtype());
  // The range always holds 0, so that padding and Relu are exact.
  float low = 0, high = 0;
  for (const float value : x.data<float>()) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // All zeros: any scale does.
  const float scale = high > low ? (high - low) / 255.0F : 1.0F;
  if (!std::isfinite(scale)) return invalid("x holds values that are not finite");
  const auto zeroPoint = quantizeValue<std::uint8_t>(-low, scale, 0);
  EW_ASSIGN(Tensor y, Tensor::create(DType::u8, x.dims()));
  std::ranges::transform(x.data<float>(), y.mutableData<std::uint8_t>().begin(),
                         [=](float value) { return quantizeValue<std::uint8_t>(value, scale, zeroPoint); });
  context.outputs[0] = std::move(y);
  if (context.wants(1)) context.outputs[1] = Tensor::scalar<float>(scale);
  if (context.wants(2)) context.outputs[2] = Tensor::scalar<std::uint8_t>(zeroPoint);
  return {};
}

}  // namespace

OpDef dynamicQuantizeLinearOp() { return {.name = "DynamicQuantizeLinear", .sinceVersion = 11, .infer = infer, .compute = compute}; }

}  // namespace ew::ops
