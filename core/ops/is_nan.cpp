// SPDX-License-Identifier: Apache-2.0
// IsNaN and IsInf.
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

template <class F>
Status test(ComputeContext& context, F f) {
  const Tensor& x = context.inputs[0];
  if (!isFloat(x.dtype())) return typeRefused(x.dtype());
  EW_ASSIGN(Tensor out, Tensor::create(DType::boolean, x.dims()));
  const std::span<bool> to = out.mutableData<bool>();
  EW_TRY(dispatchType(x.dtype(), [&]<class T>() {
    const std::span<const T> from = x.data<T>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = f(static_cast<double>(static_cast<Wide<T>>(from[i])));
  }));
  context.outputs[0] = std::move(out);
  return {};
}

Status isNaN(ComputeContext& context) {
  return test(context, [](double x) { return std::isnan(x); });
}

Status isInf(ComputeContext& context) {
  const bool negative = context.node.attributes.getInt("detect_negative", 1) != 0;
  const bool positive = context.node.attributes.getInt("detect_positive", 1) != 0;
  return test(context, [=](double x) { return std::isinf(x) && (x < 0 ? negative : positive); });
}

}  // namespace

OpDef isInfOp() { return {.name = "IsInf", .sinceVersion = 10, .infer = inferBroadcastBool, .compute = isInf, .mostInputs = 1}; }
OpDef isNaNOp() { return {.name = "IsNaN", .sinceVersion = 9, .infer = inferBroadcastBool, .compute = isNaN, .mostInputs = 1}; }

}  // namespace ew::ops
