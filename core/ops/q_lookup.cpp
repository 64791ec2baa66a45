// SPDX-License-Identifier: Apache-2.0
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[1].dtype;
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(context.outputs[0], lookedUp(context.inputs[0], context.inputs[1]));
  return {};
}

}  // namespace

/// Ours: any function of one quantized value as a table, y = table[x - lowest value of x's type].
OpDef qLookupOp() { return {.name = "QLookup", .domain = "edgewright", .infer = infer, .compute = compute, .requiredInputs = 2}; }

}  // namespace ew::ops
