// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/q_linear_binary.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  EW_ASSIGN(QLinearBinary operands, qLinearBinary(context));
  const float ma = addMultiplier(operands.aScaling.scale(), operands.cScaling.scale());
  const float mb = addMultiplier(operands.bScaling.scale(), operands.cScaling.scale());
  if (!std::isfinite(ma) || !std::isfinite(mb)) return invalid("the ratio of the scales is not finite");
  const std::int32_t zeroPoint = operands.cScaling.zeroPoint();
  if (operands.fixed) {
    const FixedMultiplier fa = fixedMultiplier(ma), fb = fixedMultiplier(mb);
    EW_TRY(forEachPair(operands, [=]<class T>(std::int32_t a, std::int32_t b) { return addQuantizedFixed<T>(a, fa, b, fb, zeroPoint); }));
  } else {
    EW_TRY(forEachPair(operands, [=]<class T>(std::int32_t a, std::int32_t b) { return addQuantizedFloat<T>(a, ma, b, mb, zeroPoint); }));
  }
  context.outputs[0] = std::move(operands.c);
  return {};
}

}  // namespace

OpDef qLinearAddOp() {
  return {.name = "QLinearAdd", .domain = "com.microsoft", .infer = inferQLinearBinary, .compute = compute, .requiredInputs = 7};
}

}  // namespace ew::ops
