// SPDX-License-Identifier: Apache-2.0
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].elements = context.knownElements(0);
  context.outputs[0].item = context.inputs[0].item;
  return inferSameAsInput(context);
}

Status compute(ComputeContext& context) {
  context.outputs[0] = context.inputs[0];
  return {};
}

Cost cost(const Node&, std::span<const Dims>, std::span<const Dims>) { return {}; }

}  // namespace

OpDef identityOp() { return {.name = "Identity", .infer = infer, .compute = compute, .cost = cost, .takesLists = true}; }

}  // namespace ew::ops
