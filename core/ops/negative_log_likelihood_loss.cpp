// SPDX-License-Identifier: Apache-2.0
#include "core/ops/class_loss.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) { return computeClassLoss(context, context.inputs[0]); }

}  // namespace

OpDef negativeLogLikelihoodLossOp() {
  return {.name = "NegativeLogLikelihoodLoss", .sinceVersion = 12, .infer = inferClassLoss, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops
