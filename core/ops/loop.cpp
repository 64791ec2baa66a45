// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "core/ops/control_flow.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// Each pass of inference can only widen what is known of a carried value, and few shapes take more.
constexpr int maxInferPasses = 4;

std::size_t carriedInputs(const Node& node) { return node.inputs.size() > 2 ? node.inputs.size() - 2 : 0; }

bool isSame(const InferContext::Output& a, const InferContext::Output& b) { return a.dtype == b.dtype && a.shape == b.shape; }

/// The number of the pass is a scalar, but some files declare it as a vector of one.
Dims passNumberDims(const Subgraph& body) {
  if (body.formalInputs() == 0) return {};
  const Value& value = body.graph.value(body.graph.inputs()[0]);
  return value.shape && value.shape->rank() == 1 ? Dims{1} : Dims{};
}

Status infer(InferContext& context) {
  const std::size_t carried = carriedInputs(context.node);
  if (context.outputs.size() < carried) return invalid("fewer outputs than carried values");
  EW_ASSIGN(const Subgraph* const body, bodyOf(context.node, "body"));
  ValueFacts pass, condition;
  pass.dtype = DType::i64;
  pass.shape = Shape(passNumberDims(*body));
  condition.dtype = DType::boolean;
  condition.shape = Shape(Dims{});
  std::vector<ValueFacts> inputs{pass, condition};
  for (std::size_t i = 0; i < carried; ++i) inputs.push_back(typeOf(context.inputs[i + 2]));
  std::vector<InferContext::Output> found;
  bool changed = true;
  for (int round = 0; changed; ++round) {
    EW_ASSIGN(found, inferBody(context, "body", inputs, context.outputs.size() + 1));
    changed = false;
    for (std::size_t i = 0; i < carried; ++i) {
      const InferContext::Output before = outputOf(inputs[i + 2]);
      InferContext::Output after = commonType(before, found[i + 1]);
      if (isSame(before, after)) continue;
      if (round >= maxInferPasses) after.shape.reset();
      changed = changed || !isSame(before, after);
      inputs[i + 2] = typeOf(after);
    }
  }
  for (std::size_t i = 0; i < carried; ++i) context.outputs[i] = outputOf(inputs[i + 2]);
  for (std::size_t i = carried; i < context.outputs.size(); ++i) {
    context.outputs[i].dtype = found[i + 1].dtype;
    if (!found[i + 1].shape) continue;
    std::vector<Dim> dims{Dim()};
    dims.insert(dims.end(), found[i + 1].shape->dims().begin(), found[i + 1].shape->dims().end());
    context.outputs[i].shape = Shape(std::move(dims));
  }
  return {};
}

Status compute(ComputeContext& context) {
  const std::size_t carried = carriedInputs(context.node);
  if (context.outputs.size() < carried) return invalid("fewer outputs than carried values");
  EW_ASSIGN(const Subgraph* const body, bodyOf(context.node, "body"));
  std::int64_t passes = std::numeric_limits<std::int64_t>::max();
  if (context.has(0)) {
    EW_ASSIGN(passes, intOf(context.inputs[0], "M"));
  }
  bool condition = true;
  if (context.has(1)) {
    EW_ASSIGN(condition, conditionOf(context.inputs[1], "cond"));
  }
  const Dims numberDims = passNumberDims(*body);
  std::vector<Tensor> inputs(carried + 2);
  for (std::size_t i = 0; i < carried; ++i) inputs[i + 2] = std::move(context.inputs[i + 2]);
  std::vector<Stack> stacks(context.outputs.size() - carried);
  for (std::int64_t pass = 0; pass < passes && condition; ++pass) {
    if (pass >= maxPasses) return limitReached("the loop does not end within " + std::to_string(maxPasses) + " passes, the limit");
    inputs[0] = Tensor::of<std::int64_t>(numberDims, {pass});
    inputs[1] = Tensor::scalar(condition);
    EW_ASSIGN(std::vector<Tensor> made, runBody(context, "body", inputs, context.outputs.size() + 1));
    EW_ASSIGN(condition, conditionOf(made[0], "the condition that the body gives"));
    for (std::size_t i = 0; i < carried; ++i) inputs[i + 2] = std::move(made[i + 1]);
    for (std::size_t i = 0; i < stacks.size(); ++i) EW_TRY(stacks[i].add(made[i + 1 + carried]));
  }
  for (std::size_t i = 0; i < carried; ++i) context.outputs[i] = std::move(inputs[i + 2]);
  for (std::size_t i = 0; i < stacks.size(); ++i) {
    EW_ASSIGN(context.outputs[i + carried], stacks[i].empty() ? emptyStack(*body, i + 1 + carried, 0) : stacks[i].finish());
  }
  return {};
}

}  // namespace

OpDef loopOp() {
  return {.name = "Loop", .infer = infer, .compute = compute, .cost = movesOnly, .deterministic = false, .requiredInputs = 0, .takesLists = true};
}

}  // namespace ew::ops
