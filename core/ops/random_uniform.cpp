// SPDX-License-Identifier: Apache-2.0
// RandomUniform and RandomUniformLike.
#include "core/ops/random.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Attributes& attributes = context.node.attributes;
  Random random = randomOf(context.node);
  const double low = static_cast<double>(attributes.getFloat("low", 0)), high = static_cast<double>(attributes.getFloat("high", 1));
  return drawOutput(context, [&] { return low + (high - low) * random.uniform(); });
}

}  // namespace

OpDef randomUniformOp() {
  return {.name = "RandomUniform", .infer = inferRandomShape, .compute = compute, .deterministic = false, .requiredInputs = 0, .mostInputs = 0};
}
OpDef randomUniformLikeOp() {
  return {.name = "RandomUniformLike", .infer = inferRandomLike, .compute = compute, .deterministic = false, .mostInputs = 1};
}

}  // namespace ew::ops
