// SPDX-License-Identifier: Apache-2.0
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 0.01F);
  return unaryFloat(context, [=](auto x) { return x < 0 ? static_cast<decltype(x)>(alpha) * x : x; });
}

}  // namespace

OpDef leakyReluOp() { return {.name = "LeakyRelu", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
