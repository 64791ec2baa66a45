// SPDX-License-Identifier: Apache-2.0
// com.microsoft.FusedGemm: Gemm through an activation.
#include "core/ops/fused_activation.h"

namespace ew::ops {

OpDef gemmOp();

namespace {

Status infer(InferContext& context) { return gemmOp().infer(context); }

Status compute(ComputeContext& context) {
  EW_TRY(gemmOp().compute(context));
  std::vector<float> parameters;
  for (const char* name : {"activation_alpha", "activation_beta", "activation_gamma"})
    if (context.node.attributes.has(name)) parameters.push_back(context.node.attributes.getFloat(name, 0));
  return applyActivation(context.node, parameters, context.outputs[0]);
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) { return gemmOp().cost(node, inputs, outputs); }

}  // namespace

OpDef fusedGemmOp() {
  return {.name = "FusedGemm", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2, .mostInputs = 3};
}

}  // namespace ew::ops
