// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 1.0F);
  return unaryFloat(context, [=](auto x) { return x < 0 ? static_cast<decltype(x)>(alpha) * std::expm1(x) : x; });
}

}  // namespace

OpDef eluOp() { return {.name = "Elu", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
