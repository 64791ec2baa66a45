// SPDX-License-Identifier: Apache-2.0
#include "core/ops/elementwise.h"
#include "core/tensor/float_to_int.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

/// x + bias below -lambd, x - bias above lambd, 0 between.
Status compute(ComputeContext& context) {
  const float lambd = context.node.attributes.getFloat("lambd", 0.5F);
  const float bias = context.node.attributes.getFloat("bias", 0.0F);
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchNumber(x.dtype(), [&]<class T>() {
    mapElements<T>(x, y, [=](auto element) {
      const auto value = static_cast<double>(element);
      const double out = value < -static_cast<double>(lambd) ? value + static_cast<double>(bias)
                         : value > static_cast<double>(lambd) ? value - static_cast<double>(bias) : 0.0;
      if constexpr (std::is_integral_v<T>) return truncated<T>(out);
      else return static_cast<Wide<T>>(out);
    });
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef shrinkOp() { return {.name = "Shrink", .sinceVersion = 9, .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
