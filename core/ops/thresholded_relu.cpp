// SPDX-License-Identifier: Apache-2.0
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 1.0F);
  return unaryFloat(context, [=](auto x) { return x > static_cast<decltype(x)>(alpha) ? x : decltype(x){0}; });
}

}  // namespace

OpDef thresholdedReluOp() { return {.name = "ThresholdedRelu", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
