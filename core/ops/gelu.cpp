// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

constexpr double rootHalf = 0.70710678118654752440;
constexpr double rootTwoOverPi = 0.79788456080286535588;

Status compute(ComputeContext& context) {
  const std::string approximate = context.node.attributes.getString("approximate", "none");
  if (approximate == "tanh")
    return unaryFloat(context, [](auto x) {
      using T = decltype(x);
      return x / 2 * (1 + std::tanh(static_cast<T>(rootTwoOverPi) * (x + static_cast<T>(0.044715) * x * x * x)));
    });
  if (approximate != "none") return invalid("attribute approximate is neither none nor tanh");
  return unaryFloat(context, [](auto x) { return x / 2 * (1 + std::erf(x * static_cast<decltype(x)>(rootHalf))); });
}

}  // namespace

OpDef geluOp() { return {.name = "Gelu", .sinceVersion = 20, .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
