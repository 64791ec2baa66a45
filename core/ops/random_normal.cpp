// SPDX-License-Identifier: Apache-2.0
// RandomNormal and RandomNormalLike.
#include "core/ops/random.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Attributes& attributes = context.node.attributes;
  Random random = randomOf(context.node);
  const double mean = static_cast<double>(attributes.getFloat("mean", 0)), scale = static_cast<double>(attributes.getFloat("scale", 1));
  return drawOutput(context, [&] { return mean + scale * random.normal(); });
}

}  // namespace

OpDef randomNormalOp() {
  return {.name = "RandomNormal", .infer = inferRandomShape, .compute = compute, .deterministic = false, .requiredInputs = 0, .mostInputs = 0};
}
OpDef randomNormalLikeOp() {
  return {.name = "RandomNormalLike", .infer = inferRandomLike, .compute = compute, .deterministic = false, .mostInputs = 1};
}

}  // namespace ew::ops
