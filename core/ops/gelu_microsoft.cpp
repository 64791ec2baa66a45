// SPDX-License-Identifier: Apache-2.0
// com.microsoft: Gelu, BiasGelu, FastGelu and QuickGelu. A bias is added along the last axis before.
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

constexpr double rootHalf = 0.70710678118654752440;
constexpr double rootTwoOverPi = 0.79788456080286535588;

constexpr auto exact = [](auto x) { return x / 2 * (1 + std::erf(x * static_cast<decltype(x)>(rootHalf))); };
constexpr auto fast = [](auto x) {
  using T = decltype(x);
  return x / 2 * (1 + std::tanh(static_cast<T>(rootTwoOverPi) * (x + static_cast<T>(0.044715) * x * x * x)));
};

/// f(X + bias), X alone when there is no bias.
template <class F>
Status biased(ComputeContext& context, F f) {
  if (!context.has(1)) return unaryFloat(context, f);
  const Tensor &x = context.inputs[0], &bias = context.inputs[1];
  if (bias.rank() != 1 || x.rank() < 1 || !broadcastsTo(bias.dims(), x.dims()))
    return invalid("bias of shape " + dimsText(bias.dims()) + " does not fit X of shape " + dimsText(x.dims()));
  EW_ASSIGN(Tensor y, broadcastOutput(context, x.dtype()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() { mapPairs<T, T>(x, bias, y, [f](auto a, auto b) { return f(a + b); }); }));
  context.outputs[0] = std::move(y);
  return {};
}

Status computeExact(ComputeContext& context) { return biased(context, exact); }
Status computeFast(ComputeContext& context) { return biased(context, fast); }
Status computeQuick(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 1.702F);
  return unaryFloat(context, [alpha](auto x) { return x / (1 + std::exp(-static_cast<decltype(x)>(alpha) * x)); });
}

OpDef define(std::string_view name, ComputeFn compute, int requiredInputs, int mostInputs) {
  return {.name = name, .domain = "com.microsoft", .infer = inferSameAsInput, .compute = compute, .requiredInputs = requiredInputs, .mostInputs = mostInputs};
}

}  // namespace

OpDef biasGeluOp() { return define("BiasGelu", computeExact, 2, 2); }
OpDef fastGeluOp() { return define("FastGelu", computeFast, 1, 2); }
OpDef geluMicrosoftOp() { return define("Gelu", computeExact, 1, 1); }
OpDef quickGeluOp() { return define("QuickGelu", computeQuick, 1, 1); }

}  // namespace ew::ops
