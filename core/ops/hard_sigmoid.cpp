// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 0.2F);
  const float beta = context.node.attributes.getFloat("beta", 0.5F);
  return unaryFloat(context, [=](auto x) {
    using T = decltype(x);
    return std::fmax(T{0}, std::fmin(T{1}, static_cast<T>(alpha) * x + static_cast<T>(beta)));
  });
}

}  // namespace

OpDef hardSigmoidOp() { return {.name = "HardSigmoid", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
