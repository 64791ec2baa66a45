// SPDX-License-Identifier: Apache-2.0
#include "core/ops/q_linear_binary.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  EW_ASSIGN(QLinearBinary operands, qLinearBinary(context));
  const float multiplier = (operands.aScaling.scale() * operands.bScaling.scale()) / operands.cScaling.scale();
  EW_ASSIGN(const Requantizer requantizer, requantizerFor(multiplier, operands.cScaling.zeroPoint(), operands.fixed));
  EW_TRY(forEachPair(operands, [&]<class T>(std::int32_t a, std::int32_t b) { return requantizer.apply<T>(a * b); }));
  context.outputs[0] = std::move(operands.c);
  return {};
}

}  // namespace

OpDef qLinearMulOp() {
  return {.name = "QLinearMul", .domain = "com.microsoft", .infer = inferQLinearBinary, .compute = compute, .requiredInputs = 7};
}

}  // namespace ew::ops
