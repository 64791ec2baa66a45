// SPDX-License-Identifier: Apache-2.0
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) { return inferBytesLikeInput(context, 4); }

Status compute(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 0.01F);
  return byteFunction(context, [alpha](float x) { return x < 0 ? alpha * x : x; });
}

}  // namespace

OpDef qLinearLeakyReluOp() {
  return {.name = "QLinearLeakyRelu", .domain = "com.microsoft", .infer = infer, .compute = compute, .requiredInputs = 4};
}

}  // namespace ew::ops
