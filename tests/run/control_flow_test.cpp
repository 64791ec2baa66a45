// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/run/model_builder.h"

namespace ew {
namespace {

using Numbers = std::vector<double>;

/// y = cond ? x + w : x - w, with the constant w outside.
::onnx::ModelProto branches() {
  ::onnx::ModelProto model = test::newModel({"cond", "x"}, {"y"});
  ::onnx::GraphProto& graph = *model.mutable_graph();
  test::addConstant(graph, "w", {10, 20});
  ::onnx::NodeProto& node = test::addNode(graph, "If", {"cond"}, {"y"});
  node.set_name("choice");
  test::addNode(test::addGraph(node, "then_branch", {}, {"p"}), "Add", {"x", "w"}, {"p"});
  test::addNode(test::addGraph(node, "else_branch", {}, {"q"}), "Sub", {"x", "w"}, {"q"});
  return model;
}

TEST(ControlFlow, IfRunsOneBranchWithWhatItReadsFromOutside) {
  const Tensor x = Tensor::vector<float>({1, 2});
  const auto taken = test::runModel(branches(), {Tensor::scalar(true), x});
  ASSERT_TRUE(taken.ok()) << taken.error().text();
  EXPECT_EQ(test::numbers(taken->at(0)), (Numbers{11, 22}));
  const auto other = test::runModel(branches(), {Tensor::scalar(false), x});
  ASSERT_TRUE(other.ok()) << other.error().text();
  EXPECT_EQ(test::numbers(other->at(0)), (Numbers{-9, -18}));
}

TEST(ControlFlow, AConditionThatIsNoBoolIsInvalid) {
  const auto result = test::runModel(branches(), {Tensor::scalar(1.0F), Tensor::vector<float>({1, 2})});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Invalid);
  EXPECT_NE(result.error().text().find("'choice'"), std::string::npos) << result.error().text();
}

TEST(ControlFlow, BranchesWithInputsOfTheirOwnAreRefused) {
  ::onnx::ModelProto model = branches();
  test::addValue(*model.mutable_graph()->mutable_node(0)->mutable_attribute(0)->mutable_g()->mutable_input(), "x");
  const auto result = test::runModel(model, {Tensor::scalar(true), Tensor::vector<float>({1, 2})});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
}

/// sum_{i < M} (i + x) as a carried value, and every partial sum.
::onnx::ModelProto sums() {
  ::onnx::ModelProto model = test::newModel({"M", "x"}, {"total", "partial"});
  ::onnx::GraphProto& graph = *model.mutable_graph();
  test::addConstant(graph, "zero", {0}, true);
  ::onnx::NodeProto& loop = test::addNode(graph, "Loop", {"M", "", "zero"}, {"total", "partial"});
  ::onnx::GraphProto& body = test::addGraph(loop, "body", {"i", "c", "sum"}, {"c", "next", "copy"});
  body.mutable_output(0)->mutable_type()->mutable_tensor_type()->set_elem_type(::onnx::TensorProto::BOOL);
  test::setInt(test::addNode(body, "Cast", {"i"}, {"number"}), "to", ::onnx::TensorProto::FLOAT);
  test::addNode(body, "Add", {"number", "x"}, {"term"});
  test::addNode(body, "Add", {"sum", "term"}, {"next"});
  test::addNode(body, "Identity", {"next"}, {"copy"});
  return model;
}

TEST(ControlFlow, LoopCarriesValuesAndStacksTheOthers) {
  const auto result = test::runModel(sums(), {Tensor::scalar<std::int64_t>(5), Tensor::scalar(0.5F)});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), Numbers{10 + 2.5});
  EXPECT_EQ(test::numbers(result->at(1)), (Numbers{0.5, 2, 4.5, 8, 12.5}));
  EXPECT_EQ(result->at(1).dims(), Dims{5});
}

TEST(ControlFlow, ALoopWithoutPassesGivesItsStartAndAnEmptyStack) {
  const auto result = test::runModel(sums(), {Tensor::scalar<std::int64_t>(0), Tensor::scalar(0.5F)});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), Numbers{0});
  EXPECT_EQ(result->at(1).dtype(), DType::f32);
  EXPECT_EQ(result->at(1).size(), 0);
}

/// Doubles x until it is over 100; with the empty input names the loop has no other end.
::onnx::ModelProto doubling() {
  ::onnx::ModelProto model = test::newModel({"x"}, {"y"});
  ::onnx::GraphProto& graph = *model.mutable_graph();
  test::addConstant(graph, "limit", {100}, true);
  ::onnx::NodeProto& loop = test::addNode(graph, "Loop", {"", "", "x"}, {"y"});
  ::onnx::GraphProto& body = test::addGraph(loop, "body", {"i", "c", "v"}, {"more", "w"});
  test::addNode(body, "Add", {"v", "v"}, {"w"});
  test::addNode(body, "Less", {"w", "limit"}, {"more"});
  return model;
}

TEST(ControlFlow, LoopEndsWhenItsBodySaysSo) {
  const auto result = test::runModel(doubling(), {Tensor::scalar(3.0F)});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), Numbers{192});
}

class StopsAfter final : public Observer {
 public:
  explicit StopsAfter(int asked) : left_(asked) {}
  bool cancelled() const override { return left_-- <= 0; }

 private:
  mutable int left_;
};

TEST(ControlFlow, AnEndlessLoopCanBeCancelled) {
  Result<Runtime> runtime = Runtime::create(test::graphOf(doubling()), BackendSet(), "reference");
  ASSERT_TRUE(runtime.ok());
  StopsAfter observer(20);
  const std::vector<Tensor> inputs{Tensor::scalar(0.0F)};
  const auto result = runtime->run(inputs, observer);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Interrupted);
}

TEST(ControlFlow, ACarriedValueMayGrow) {
  ::onnx::ModelProto model = test::newModel({"M", "x"}, {"y"});
  ::onnx::NodeProto& loop = test::addNode(*model.mutable_graph(), "Loop", {"M", "", "x"}, {"y"});
  ::onnx::GraphProto& body = test::addGraph(loop, "body", {"i", "c", "v"}, {"c", "w"});
  test::setInt(test::addNode(body, "Concat", {"v", "v"}, {"w"}), "axis", 0);
  const auto result = test::runModel(model, {Tensor::scalar<std::int64_t>(3), Tensor::vector<float>({1, 2})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(result->at(0).dims(), Dims{16});
}

/// Prefix sums along axis 1 from the end, written along axis 1 from the end.
TEST(ControlFlow, ScanTakesItsInputsAndWritesItsOutputsInAnyDirection) {
  ::onnx::ModelProto model = test::newModel({"start", "x"}, {"last", "sums"});
  ::onnx::NodeProto& scan = test::addNode(*model.mutable_graph(), "Scan", {"start", "x"}, {"last", "sums"});
  test::setInt(scan, "num_scan_inputs", 1);
  for (const char* name : {"scan_input_axes", "scan_output_axes", "scan_input_directions", "scan_output_directions"})
    test::addAttribute(scan, name, ::onnx::AttributeProto::INTS).add_ints(1);
  ::onnx::GraphProto& body = test::addGraph(scan, "body", {"s", "e"}, {"t", "u"});
  test::addNode(body, "Add", {"s", "e"}, {"t"});
  test::addNode(body, "Identity", {"t"}, {"u"});
  const auto result = test::runModel(model, {Tensor::vector<float>({0, 100}), Tensor::of<float>({2, 3}, {1, 2, 3, 4, 5, 6})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), (Numbers{6, 115}));
  EXPECT_EQ(test::numbers(result->at(1)), (Numbers{6, 5, 3, 115, 111, 106}));
}

/// Version 8: a batch of sequences of their own lengths, zeros after them.
TEST(ControlFlow, ScanOfVersion8RunsEachSequenceOfTheBatch) {
  ::onnx::ModelProto model = test::newModel({"lengths", "start", "x"}, {"last", "sums"}, 8);
  ::onnx::NodeProto& scan = test::addNode(*model.mutable_graph(), "Scan", {"lengths", "start", "x"}, {"last", "sums"});
  test::setInt(scan, "num_scan_inputs", 1);
  ::onnx::GraphProto& body = test::addGraph(scan, "body", {"s", "e"}, {"t", "u"});
  test::addNode(body, "Add", {"s", "e"}, {"t"});
  test::addNode(body, "Identity", {"t"}, {"u"});
  const auto result = test::runModel(model, {Tensor::vector<std::int64_t>({3, 2}), Tensor::of<float>({2, 1}, {0, 10}),
                                             Tensor::of<float>({2, 3, 1}, {1, 2, 3, 4, 5, 6})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), (Numbers{6, 19}));
  EXPECT_EQ(test::numbers(result->at(1)), (Numbers{1, 3, 6, 14, 19, 0}));
}

TEST(ControlFlow, ScanOfVersion8RunsBackwardsFromTheEndOfEachSequence) {
  ::onnx::ModelProto model = test::newModel({"lengths", "start", "x"}, {"last", "sums"}, 8);
  ::onnx::NodeProto& scan = test::addNode(*model.mutable_graph(), "Scan", {"lengths", "start", "x"}, {"last", "sums"});
  test::setInt(scan, "num_scan_inputs", 1);
  test::addAttribute(scan, "directions", ::onnx::AttributeProto::INTS).add_ints(1);
  ::onnx::GraphProto& body = test::addGraph(scan, "body", {"s", "e"}, {"t", "u"});
  test::addNode(body, "Add", {"s", "e"}, {"t"});
  test::addNode(body, "Identity", {"t"}, {"u"});
  const auto result = test::runModel(model, {Tensor::vector<std::int64_t>({2}), Tensor::of<float>({1, 1}, {0}), Tensor::of<float>({1, 3, 1}, {1, 2, 4})});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(1)), (Numbers{2, 3, 0}));
}

TEST(ControlFlow, InnerGraphsReadThroughTheGraphsAroundThem) {
  ::onnx::ModelProto model = test::newModel({"cond", "M", "x"}, {"y"});
  ::onnx::GraphProto& graph = *model.mutable_graph();
  test::addNode(graph, "Neg", {"x"}, {"minus"});
  ::onnx::NodeProto& node = test::addNode(graph, "If", {"cond"}, {"y"});
  ::onnx::GraphProto& then = test::addGraph(node, "then_branch", {}, {"p"});
  ::onnx::NodeProto& loop = test::addNode(then, "Loop", {"M", "", "x"}, {"p"});
  test::addNode(test::addGraph(loop, "body", {"i", "c", "v"}, {"c", "w"}), "Mul", {"v", "minus"}, {"w"});
  test::addNode(test::addGraph(node, "else_branch", {}, {"q"}), "Identity", {"x"}, {"q"});
  const auto result = test::runModel(model, {Tensor::scalar(true), Tensor::scalar<std::int64_t>(3), Tensor::scalar(2.0F)});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(test::numbers(result->at(0)), Numbers{-16});
}

TEST(ControlFlow, AnUnknownOperatorInsideIsNamedBeforeRunning) {
  ::onnx::ModelProto model = branches();
  model.mutable_graph()->mutable_node(0)->mutable_attribute(1)->mutable_g()->mutable_node(0)->set_op_type("Whatever");
  const auto result = test::runModel(model, {Tensor::scalar(true), Tensor::vector<float>({1, 2})});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Unsupported);
  for (const char* part : {"'choice'", "else_branch", "Whatever_of_q", "Whatever"})
    EXPECT_NE(result.error().text().find(part), std::string::npos) << result.error().text();
}

TEST(ControlFlow, StackedValuesOfDifferentShapesAreInvalid) {
  ::onnx::ModelProto model = test::newModel({"M", "x"}, {"last", "all"});
  ::onnx::NodeProto& loop = test::addNode(*model.mutable_graph(), "Loop", {"M", "", "x"}, {"last", "all"});
  ::onnx::GraphProto& body = test::addGraph(loop, "body", {"i", "c", "v"}, {"c", "w", "copy"});
  test::setInt(test::addNode(body, "Concat", {"v", "v"}, {"w"}), "axis", 0);
  test::addNode(body, "Identity", {"w"}, {"copy"});
  const auto result = test::runModel(model, {Tensor::scalar<std::int64_t>(3), Tensor::vector<float>({1, 2})});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Invalid);
}

}  // namespace
}  // namespace ew
