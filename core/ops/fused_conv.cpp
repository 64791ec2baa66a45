// SPDX-License-Identifier: Apache-2.0
// com.microsoft.FusedConv: Conv, plus operand Z, through an activation.
#include "core/ops/elementwise.h"
#include "core/ops/fused_activation.h"

namespace ew::ops {

OpDef convOp();

namespace {

Status infer(InferContext& context) { return convOp().infer(context); }

Status compute(ComputeContext& context) {
  EW_TRY(convOp().compute(context));
  Tensor& y = context.outputs[0];
  if (context.has(3)) {
    const Tensor before = y, &z = context.inputs[3];
    if (z.dtype() != y.dtype() || z.dims() != y.dims()) return invalid("Z has the shape " + dimsText(z.dims()) + ", the convolution " + dimsText(y.dims()));
    EW_TRY(dispatchFloat(y.dtype(), [&]<class T>() { mapPairs<T, T>(before, z, y, [](auto a, auto b) { return a + b; }); }));
  }
  return applyActivation(context.node, context.node.attributes.getFloats("activation_params"), y);
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) { return convOp().cost(node, inputs, outputs); }

}  // namespace

OpDef fusedConvOp() {
  return {.name = "FusedConv", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2, .mostInputs = 4};
}

}  // namespace ew::ops
