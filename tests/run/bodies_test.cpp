// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/run/model_builder.h"

namespace ew {
namespace {

/// Runs everything by the reference code and remembers the graphs that it was given.
class RememberingBackend final : public Backend {
 public:
  std::string id() const override { return "remembering"; }
  std::string description() const override { return "for tests"; }
  Status available() const override { return {}; }
  bool runsIntegers() const override { return false; }
  std::optional<Reason> refusal(const Graph&, const Node&) const override { return std::nullopt; }
  Result<std::unique_ptr<Executable>> compile(const Graph& graph, const CompileOptions& options, Progress&) const override {
    compiled.push_back(graph);
    return makeReferenceExecutable(graph, options, {makeReferenceBackend(), makeReferenceBackend()});
  }
  mutable std::vector<Graph> compiled;
};

struct Ran {
  std::shared_ptr<RememberingBackend> backend = std::make_shared<RememberingBackend>();
  std::vector<Tensor> outputs;
  Plan plan;
};

Ran runOn(const ::onnx::ModelProto& model, const std::vector<Tensor>& inputs) {
  Ran ran;
  BackendSet backends;
  backends.add(ran.backend);
  Result<Runtime> runtime = Runtime::create(test::graphOf(model), backends, "remembering");
  EXPECT_TRUE(runtime.ok());
  Result<std::vector<Tensor>> outputs = runtime->run(inputs);
  EXPECT_TRUE(outputs.ok()) << outputs.error().text();
  if (outputs.ok()) ran.outputs = *std::move(outputs);
  if (runtime->plan() != nullptr) ran.plan = *runtime->plan();
  return ran;
}

/// y = M times (v * w) from x, w a constant outside.
::onnx::ModelProto powers() {
  ::onnx::ModelProto model = test::newModel({"M", "x"}, {"y"});
  test::addConstant(*model.mutable_graph(), "w", {2, 3});
  ::onnx::NodeProto& loop = test::addNode(*model.mutable_graph(), "Loop", {"M", "", "x"}, {"y"});
  test::addNode(test::addGraph(loop, "body", {"i", "c", "v"}, {"c", "u"}), "Mul", {"v", "w"}, {"u"});
  return model;
}

TEST(Bodies, TheWantedBackendGetsABodyOnceWithTypesShapesAndOuterConstants) {
  const Ran ran = runOn(powers(), {Tensor::scalar<std::int64_t>(3), Tensor::vector<float>({1, 1})});
  EXPECT_EQ(test::numbers(ran.outputs.at(0)), (std::vector<double>{8, 27}));
  ASSERT_EQ(ran.backend->compiled.size(), 1U);
  const Graph& body = ran.backend->compiled[0];
  ASSERT_EQ(body.nodes().size(), 1U);
  EXPECT_NE(body.initializer(body.nodes()[0].inputs[1]), nullptr);
  const Value& result = body.value(body.nodes()[0].outputs[0]);
  EXPECT_EQ(result.dtype, DType::f32);
  ASSERT_TRUE(result.shape.has_value());
  EXPECT_EQ(result.shape->text(), "2");
}

TEST(Bodies, TheLoopItselfIsNamedAsOneThatRunsElsewhere) {
  const Ran ran = runOn(powers(), {Tensor::scalar<std::int64_t>(1), Tensor::vector<float>({1, 1})});
  ASSERT_EQ(ran.plan.fallbacks.size(), 1U);
  EXPECT_EQ(ran.plan.fallbacks[0].backend, "reference");
  EXPECT_EQ(ran.plan.fallbacks[0].reason.code, ReasonCode::Subgraph);
}

TEST(Bodies, AfterSomeShapesABodyIsNoLongerCompiledForEach) {
  ::onnx::ModelProto model = test::newModel({"M", "x"}, {"y"});
  ::onnx::NodeProto& loop = test::addNode(*model.mutable_graph(), "Loop", {"M", "", "x"}, {"y"});
  test::setInt(test::addNode(test::addGraph(loop, "body", {"i", "c", "v"}, {"c", "u"}), "Concat", {"v", "v"}, {"u"}), "axis", 0);
  const Ran ran = runOn(model, {Tensor::scalar<std::int64_t>(10), Tensor::vector<float>({7})});
  EXPECT_EQ(ran.outputs.at(0).size(), 1024);
  EXPECT_EQ(ran.backend->compiled.size(), 4U);
}

TEST(Bodies, WhatAnUntakenBranchHoldsIsNotCompiled) {
  ::onnx::ModelProto model = test::newModel({"cond", "x"}, {"y"});
  ::onnx::NodeProto& node = test::addNode(*model.mutable_graph(), "If", {"cond"}, {"y"});
  test::addNode(test::addGraph(node, "then_branch", {}, {"p"}), "Neg", {"x"}, {"p"});
  test::addNode(test::addGraph(node, "else_branch", {}, {"q"}), "Exp", {"x"}, {"q"});
  const Ran ran = runOn(model, {Tensor::scalar(true), Tensor::vector<float>({7})});
  EXPECT_EQ(test::numbers(ran.outputs.at(0)), std::vector<double>{-7});
  ASSERT_EQ(ran.backend->compiled.size(), 1U);
  EXPECT_EQ(ran.backend->compiled[0].nodes()[0].opType, "Neg");
}

/// The type of what a branch gives is not known before running when the branches disagree.
TEST(Bodies, NodesBehindValuesOfUnknownTypeRunOnTheReferenceCode) {
  ::onnx::ModelProto model = test::newModel({"cond", "x"}, {"z"});
  ::onnx::NodeProto& node = test::addNode(*model.mutable_graph(), "If", {"cond"}, {"y"});
  test::addNode(test::addGraph(node, "then_branch", {}, {"p"}), "Neg", {"x"}, {"p"});
  ::onnx::GraphProto& other = test::addGraph(node, "else_branch", {}, {"q"});
  test::setInt(test::addNode(other, "Cast", {"x"}, {"q"}), "to", ::onnx::TensorProto::INT64);
  test::addNode(*model.mutable_graph(), "Abs", {"y"}, {"z"});
  const Ran ran = runOn(model, {Tensor::scalar(false), Tensor::vector<float>({-7})});
  EXPECT_EQ(ran.outputs.at(0).dtype(), DType::i64);
  EXPECT_EQ(test::numbers(ran.outputs.at(0)), std::vector<double>{7});
  EXPECT_EQ(ran.plan.fallbacks.size(), 2U);
}

}  // namespace
}  // namespace ew
