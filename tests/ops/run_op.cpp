// SPDX-License-Identifier: Apache-2.0
#include "tests/ops/run_op.h"

#include <gtest/gtest.h>

namespace ew::test {
namespace {

Node nodeOf(const OpCall& call) {
  Node node;
  node.opType = call.op;
  node.domain = call.domain;
  node.attributes = call.attributes;
  ValueId next = 0;
  for (const Tensor& input : call.inputs) node.inputs.push_back(input.present() ? next++ : kNone);
  for (std::size_t i = 0; i < call.outputs; ++i) node.outputs.push_back(next++);
  return node;
}

Result<const ops::OpDef*> definitionOf(const OpCall& call) {
  const ops::Lookup found = ops::findOp(call.op, call.domain, call.opset);
  if (found.def == nullptr) return unsupported(found.reason.text());
  return found.def;
}

}  // namespace

Attributes attributesOf(std::vector<std::pair<std::string, AttributeValue>> values) {
  Attributes out;
  for (auto& [name, value] : values) out.set(name, std::move(value));
  return out;
}

Result<std::vector<Tensor>> runOp(const OpCall& call) {
  EW_ASSIGN(const ops::OpDef* definition, definitionOf(call));
  const Node node = nodeOf(call);
  ops::ComputeContext context{node, call.opset, call.inputs, std::vector<Tensor>(call.outputs)};
  EW_TRY(ops::runCompute(*definition, context));
  return std::move(context.outputs);
}

Tensor outputOf(const OpCall& call) {
  Result<std::vector<Tensor>> outputs = runOp(call);
  EXPECT_TRUE(outputs.ok()) << call.op << ": " << outputs.error().text();
  return outputs.ok() ? (*outputs)[0] : Tensor();
}

std::optional<ErrorCode> errorOf(const OpCall& call) {
  const Result<std::vector<Tensor>> outputs = runOp(call);
  if (outputs.ok()) return std::nullopt;
  return outputs.error().code;
}

Result<std::vector<ops::InferContext::Output>> inferOp(const OpCall& call, const std::vector<ops::ValueFacts>& facts) {
  EW_ASSIGN(const ops::OpDef* definition, definitionOf(call));
  Node node = nodeOf(call);
  node.inputs.clear();
  for (std::size_t i = 0; i < facts.size(); ++i)
    node.inputs.push_back(facts[i].dtype == DType::none && !facts[i].shape ? kNone : static_cast<ValueId>(100 + i));
  ops::InferContext context{node, call.opset, facts, std::vector<ops::InferContext::Output>(call.outputs)};
  EW_TRY(ops::runInfer(*definition, context));
  return std::move(context.outputs);
}

ops::ValueFacts unknownOf(DType type, std::vector<Dim> dims) {
  ops::ValueFacts facts;
  facts.dtype = type;
  facts.shape = Shape(std::move(dims));
  return facts;
}

ops::ValueFacts constantOf(const Tensor& tensor) {
  ops::ValueFacts facts;
  facts.dtype = tensor.dtype();
  facts.shape = tensor.shape();
  facts.constant = &tensor;
  return facts;
}

}  // namespace ew::test
