// SPDX-License-Identifier: Apache-2.0
#include "core/ops/control_flow.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Some files give the branches inputs, which the operator has no values for.
Status checkBranches(const Node& node) {
  for (const char* branch : {"then_branch", "else_branch"}) {
    EW_ASSIGN(const Subgraph* const body, bodyOf(node, branch));
    if (body->formalInputs() > 0)
      return unsupported("the branch lists " + std::to_string(body->formalInputs()) + " inputs; those of an If have none").at(branch);
  }
  return {};
}

Status infer(InferContext& context) {
  EW_TRY(checkBranches(context.node));
  const std::size_t count = context.outputs.size();
  const Tensor* condition = context.inputs[0].constant;
  if (condition != nullptr && condition->dtype() == DType::boolean && condition->size() == 1) {
    EW_ASSIGN(context.outputs, inferBody(context, condition->data<bool>()[0] ? "then_branch" : "else_branch", {}, count));
    return {};
  }
  EW_ASSIGN(const auto then, inferBody(context, "then_branch", {}, count));
  EW_ASSIGN(const auto otherwise, inferBody(context, "else_branch", {}, count));
  for (std::size_t i = 0; i < count; ++i) {
    context.outputs[i] = commonType(then[i], otherwise[i]);
    if (then[i].elements && then[i].elements == otherwise[i].elements) context.outputs[i].elements = then[i].elements;
  }
  return {};
}

Status compute(ComputeContext& context) {
  EW_TRY(checkBranches(context.node));
  EW_ASSIGN(const bool condition, conditionOf(context.inputs[0], "the condition"));
  EW_ASSIGN(context.outputs, runBody(context, condition ? "then_branch" : "else_branch", {}, context.outputs.size()));
  return {};
}

}  // namespace

OpDef ifOp() {
  return {.name = "If", .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false, .mostInputs = 1};
}

}  // namespace ew::ops
