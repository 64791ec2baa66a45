// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) { return inferBytesLikeInput(context, 4); }

Status compute(ComputeContext& context) {
  return byteFunction(context, [](float x) { return 1 / (1 + std::exp(-x)); });
}

}  // namespace

OpDef qLinearSigmoidOp() {
  return {.name = "QLinearSigmoid", .domain = "com.microsoft", .infer = infer, .compute = compute, .requiredInputs = 4};
}

}  // namespace ew::ops
