// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 1.67326319217681884765625F);
  const float gamma = context.node.attributes.getFloat("gamma", 1.05070102214813232421875F);
  return unaryFloat(context, [=](auto x) {
    using T = decltype(x);
    return static_cast<T>(gamma) * (x > 0 ? x : static_cast<T>(alpha) * std::expm1(x));
  });
}

}  // namespace

OpDef seluOp() { return {.name = "Selu", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
