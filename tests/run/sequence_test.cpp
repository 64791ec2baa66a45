// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/run/model_builder.h"

namespace ew {
namespace {

using Numbers = std::vector<double>;

Tensor sequenceOf(const std::vector<float>& scalars) {
  std::vector<Tensor> items;
  for (const float value : scalars) items.push_back(Tensor::scalar(value));
  return Tensor::sequence(std::move(items));
}

::onnx::ModelProto oneNode(const std::string& op, const test::Names& inputs) {
  ::onnx::ModelProto model = test::newModel(inputs, {"y"}, 18);
  test::addNode(*model.mutable_graph(), op, inputs, {"y"});
  return model;
}

Tensor only(const Result<std::vector<Tensor>>& result) {
  EXPECT_TRUE(result.ok()) << result.error().text();
  return result.ok() ? result->at(0) : Tensor();
}

Numbers contents(const Tensor& sequence) {
  Numbers out;
  if (sequence.dtype() != DType::sequence) return out;
  for (const Tensor& item : sequence.items())
    for (const double value : test::numbers(item)) out.push_back(value);
  return out;
}

TEST(Sequence, PositionsCountFromBothEnds) {
  const Tensor abc = sequenceOf({1, 2, 3});
  const auto at = [&](std::int64_t position) {
    return test::runModel(oneNode("SequenceAt", {"s", "p"}), {abc, Tensor::scalar(position)});
  };
  EXPECT_EQ(test::numbers(only(at(0))), Numbers{1});
  EXPECT_EQ(test::numbers(only(at(-1))), Numbers{3});
  EXPECT_FALSE(at(3).ok());
  EXPECT_FALSE(at(-4).ok());
}

TEST(Sequence, ItemsAreInsertedAndErased) {
  const Tensor abc = sequenceOf({1, 2, 3}), four = Tensor::scalar(4.0F);
  const auto insert = [&](std::int64_t position) {
    return contents(only(test::runModel(oneNode("SequenceInsert", {"s", "t", "p"}), {abc, four, Tensor::scalar(position)})));
  };
  EXPECT_EQ(insert(1), (Numbers{1, 4, 2, 3}));
  EXPECT_EQ(insert(3), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(insert(-3), (Numbers{4, 1, 2, 3}));
  EXPECT_EQ(contents(only(test::runModel(oneNode("SequenceInsert", {"s", "t"}), {abc, four}))), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(contents(only(test::runModel(oneNode("SequenceErase", {"s"}), {abc}))), (Numbers{1, 2}));
  EXPECT_EQ(contents(only(test::runModel(oneNode("SequenceErase", {"s", "p"}), {abc, Tensor::scalar<std::int64_t>(0)}))), (Numbers{2, 3}));
}

TEST(Sequence, ItemsHaveOneElementType) {
  const auto result = test::runModel(oneNode("SequenceInsert", {"s", "t"}), {sequenceOf({1}), Tensor::scalar<std::int64_t>(1)});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Invalid);
}

TEST(Sequence, ATensorIsSplitByCountsBySizeOrIntoOnes) {
  const Tensor x = Tensor::of<float>({2, 5}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  const auto split = [&](std::optional<Tensor> parts, std::int64_t keep) {
    ::onnx::ModelProto model = oneNode("SplitToSequence", parts ? test::Names{"x", "n"} : test::Names{"x"});
    test::setInt(*model.mutable_graph()->mutable_node(0), "axis", 1);
    test::setInt(*model.mutable_graph()->mutable_node(0), "keepdims", keep);
    std::vector<Tensor> inputs{x};
    if (parts) inputs.push_back(*parts);
    const Tensor sequence = only(test::runModel(model, inputs));
    std::vector<Dims> dims;
    if (sequence.dtype() != DType::sequence) return dims;
    for (const Tensor& item : sequence.items()) dims.push_back(item.dims());
    return dims;
  };
  EXPECT_EQ(split(Tensor::scalar<std::int64_t>(2), 0), (std::vector<Dims>{{2, 2}, {2, 2}, {2, 1}}));
  EXPECT_EQ(split(Tensor::vector<std::int64_t>({4, 1}), 0), (std::vector<Dims>{{2, 4}, {2, 1}}));
  EXPECT_EQ(split({}, 1), std::vector<Dims>(5, Dims{2, 1}));
  EXPECT_EQ(split({}, 0), std::vector<Dims>(5, Dims{2}));
}

TEST(Sequence, ItemsAreJoinedAlongAnOldOrANewAxis) {
  const Tensor parts = Tensor::sequence({Tensor::vector<float>({1, 2}), Tensor::vector<float>({3, 4})});
  ::onnx::ModelProto model = oneNode("ConcatFromSequence", {"s"});
  ::onnx::NodeProto& node = *model.mutable_graph()->mutable_node(0);
  test::setInt(node, "axis", 0);
  EXPECT_EQ(test::numbers(only(test::runModel(model, {parts}))), (Numbers{1, 2, 3, 4}));
  node.mutable_attribute(0)->set_i(-1);
  test::setInt(node, "new_axis", 1);
  const Tensor stacked = only(test::runModel(model, {parts}));
  EXPECT_EQ(stacked.dims(), (Dims{2, 2}));
  EXPECT_EQ(test::numbers(stacked), (Numbers{1, 3, 2, 4}));
}

TEST(Sequence, TheyPassThroughBranchesAndGrowInLoops) {
  ::onnx::ModelProto model = test::newModel({"M", "x"}, {"all", "count"});
  ::onnx::GraphProto& graph = *model.mutable_graph();
  test::addNode(graph, "SequenceEmpty", {}, {"none"});
  ::onnx::NodeProto& loop = test::addNode(graph, "Loop", {"M", "", "none"}, {"all"});
  ::onnx::GraphProto& body = test::addGraph(loop, "body", {"i", "c", "s"}, {"c", "t"});
  test::setInt(test::addNode(body, "Cast", {"i"}, {"number"}), "to", ::onnx::TensorProto::FLOAT);
  test::addNode(body, "Mul", {"number", "x"}, {"item"});
  test::addNode(body, "SequenceInsert", {"s", "item"}, {"t"});
  test::addNode(graph, "SequenceLength", {"all"}, {"count"});
  const auto result = test::runModel(model, {Tensor::scalar<std::int64_t>(4), Tensor::scalar(3.0F)});
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(contents(result->at(0)), (Numbers{0, 3, 6, 9}));
  EXPECT_EQ(test::numbers(result->at(1)), Numbers{4});
}

TEST(Sequence, MapRunsItsBodyForEachItem) {
  ::onnx::ModelProto model = test::newModel({"s", "x"}, {"y"}, 17);
  ::onnx::NodeProto& map = test::addNode(*model.mutable_graph(), "SequenceMap", {"s", "x"}, {"y"});
  test::addNode(test::addGraph(map, "body", {"a", "b"}, {"c"}), "Add", {"a", "b"}, {"c"});
  EXPECT_EQ(contents(only(test::runModel(model, {sequenceOf({1, 2}), Tensor::scalar(10.0F)}))), (Numbers{11, 12}));
}

TEST(Sequence, AnOperatorThatTakesTensorsSaysSo) {
  const auto result = test::runModel(oneNode("Relu", {"s"}), {sequenceOf({1})});
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().text().find("sequence"), std::string::npos) << result.error().text();
}

TEST(OptionalValue, ItHoldsSomethingOrNothing) {
  const Tensor full = Tensor::optional(Tensor::scalar(5.0F)), empty = Tensor::optional({});
  EXPECT_EQ(test::numbers(only(test::runModel(oneNode("OptionalHasElement", {"o"}), {full}))), Numbers{1});
  EXPECT_EQ(test::numbers(only(test::runModel(oneNode("OptionalHasElement", {"o"}), {empty}))), Numbers{0});
  EXPECT_EQ(test::numbers(only(test::runModel(oneNode("OptionalGetElement", {"o"}), {full}))), Numbers{5});
  EXPECT_FALSE(test::runModel(oneNode("OptionalGetElement", {"o"}), {empty}).ok());
  EXPECT_EQ(only(test::runModel(oneNode("Optional", {"t"}), {Tensor::scalar(5.0F)})).items().size(), 1U);
}

}  // namespace
}  // namespace ew
