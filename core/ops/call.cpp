// SPDX-License-Identifier: Apache-2.0
#include "core/ops/control_flow.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// A local function of a model that imports other operator set versions than the model does: core/onnx/functions.h makes
/// these nodes, no file has them.
Status infer(InferContext& context) {
  std::vector<ValueFacts> inputs(context.inputs);
  EW_ASSIGN(context.outputs, inferBody(context, "body", inputs, context.outputs.size()));
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(context.outputs, runBody(context, "body", context.inputs, context.outputs.size()));
  return {};
}

}  // namespace

OpDef callOp() {
  return {.name = "Call", .domain = "edgewright", .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false,
          .requiredInputs = 0, .takesLists = true};
}

}  // namespace ew::ops
