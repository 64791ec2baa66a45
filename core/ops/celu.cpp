// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 1.0F);
  return unaryFloat(context, [=](auto x) {
    const auto a = static_cast<decltype(x)>(alpha);
    return x < 0 ? a * std::expm1(x / a) : x;
  });
}

}  // namespace

OpDef celuOp() { return {.name = "Celu", .sinceVersion = 12, .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
