// SPDX-License-Identifier: Apache-2.0
#include "core/ops/arithmetic.h"
#include "core/ops/legacy_broadcast.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  return inferArithmetic(context, elementDifference);
}

Status compute(ComputeContext& context) {
  EW_TRY(alignLegacyOperand(context));
  return binaryNumber(context, wrapping([](auto a, auto b) { return a - b; }));
}

}  // namespace

OpDef subOp() { return {.name = "Sub", .infer = infer, .compute = compute, .requiredInputs = 2, .mostInputs = 2}; }

}  // namespace ew::ops
