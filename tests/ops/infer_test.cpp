// SPDX-License-Identifier: Apache-2.0
#include "core/ops/infer.h"

#include <gtest/gtest.h>

#include "tests/support/graph_text.h"

namespace ew::ops {
namespace {

using test::graphFromText;

std::string shapeOf(const Graph& graph, const std::string& name) {
  const Value& value = graph.value(graph.valueNamed(name));
  return value.shape ? value.shape->text() : "unknown";
}

const std::string network = R"(
  input x:f32[N,3,H,W]
  W:f32[8,3,3,3] = random(1)
  Conv(x, W){pads=[1,1,1,1]} -> a
  Relu(a) -> b
  GlobalAveragePool(b) -> c
  Flatten(c) -> d
  V:f32[8,10] = random(2)
  MatMul(d, V) -> y
  output y
)";

TEST(Infer, SymbolsPassThroughLayersThatKeepExtents) {
  const Result<Inference> inferred = inferShapes(graphFromText(network));
  ASSERT_TRUE(inferred.ok()) << inferred.error().text();
  EXPECT_EQ(shapeOf(inferred->graph, "b"), "N x 8 x H x W");
  EXPECT_EQ(shapeOf(inferred->graph, "y"), "N x 10");
}

TEST(Infer, BindingsBySymbolByAxisAndByDefault) {
  const Result<Inference> inferred = inferShapes(graphFromText(network), {.bindings = {{"N", 2}, {"x:3", 5}}, .dynamicDefault = 7, .inputShapes = {}});
  ASSERT_TRUE(inferred.ok()) << inferred.error().text();
  EXPECT_EQ(shapeOf(inferred->graph, "b"), "2 x 8 x 7 x 5");
}

TEST(Infer, WholeInputShapesWinAndAreChecked) {
  const Graph graph = graphFromText(network);
  const auto with = [&](Dims dims) { return inferShapes(graph, {.bindings = {{"N", 2}}, .dynamicDefault = 0, .inputShapes = {{"x", std::move(dims)}}}); };
  EXPECT_EQ(shapeOf(with({4, 3, 6, 6})->graph, "y"), "4 x 10");
  const Result<Inference> wrong = with({4, 2, 6, 6});
  ASSERT_FALSE(wrong.ok());
  EXPECT_EQ(wrong.error().text(), "input 'x': the model takes N x 3 x H x W, not 4x2x6x6");
}

TEST(Infer, OperandsThatDoNotFitAreInvalidAndNameTheNode) {
  const Result<Inference> inferred = inferShapes(graphFromText(R"(
    input x:f32[1,4,8,8]
    W:f32[8,3,3,3] = zeros
    first: Conv(x, W) -> y
    output y
  )"));
  ASSERT_FALSE(inferred.ok());
  EXPECT_EQ(inferred.error().code, ErrorCode::Invalid);
  EXPECT_EQ(inferred.error().text(), "node 'first' (Conv): X of shape 1 x 4 x 8 x 8 has other channels than W of shape 8 x 3 x 3 x 3 with 1 groups takes");
}

const std::string reshaping = R"(
  input x:f32[N,4,6]
  Shape(x) -> s
  zero:i64[1] = zeros
  axis:i64[1] = zeros
  Gather(s, zero) -> n
  rest:i64[1] = {24}
  Concat(n, rest){axis=0} -> target
  Reshape(x, target) -> y
  output y
)";

TEST(Infer, ShapeArithmeticKeepsTheDynamicExtent) {
  const Result<Inference> inferred = inferShapes(graphFromText(reshaping));
  ASSERT_TRUE(inferred.ok()) << inferred.error().text();
  EXPECT_EQ(shapeOf(inferred->graph, "y"), "N x 24");
}

TEST(Infer, ShapeArithmeticOnKnownExtentsIsConstant) {
  const Result<Inference> inferred = inferShapes(graphFromText(reshaping), {.bindings = {{"N", 3}}, .dynamicDefault = 0, .inputShapes = {}});
  ASSERT_TRUE(inferred.ok()) << inferred.error().text();
  EXPECT_EQ(shapeOf(inferred->graph, "y"), "3 x 24");
  const ValueId target = inferred->graph.valueNamed("target");
  ASSERT_TRUE(inferred->constants.contains(target));
  EXPECT_TRUE(inferred->constants.at(target).equals(Tensor::vector<std::int64_t>({3, 24})));
}

TEST(Infer, LargeConstantsAreNotFolded) {
  const Result<Inference> inferred = inferShapes(graphFromText(R"(
    a:f32[100,100] = ones
    Relu(a) -> b
    small:f32[4] = ones
    Relu(small) -> c
    output b
    output c
  )"));
  ASSERT_TRUE(inferred.ok());
  EXPECT_FALSE(inferred->constants.contains(inferred->graph.valueNamed("b")));
  EXPECT_TRUE(inferred->constants.contains(inferred->graph.valueNamed("c")));
}

TEST(Infer, DeclaredShapesThatDisagreeAreWarnedOf) {
  const Result<Inference> inferred = inferShapes(graphFromText(R"(
    input x:f32[2,3]
    Relu(x) -> y
    output y:f32[2,4]
  )"));
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ(shapeOf(inferred->graph, "y"), "2 x 3");
  EXPECT_EQ(inferred->warnings, (std::vector<std::string>{"value 'y' is declared 2 x 4 but is 2 x 3"}));
}

TEST(Infer, UnknownOperatorsLeaveWhatTheFileDeclares) {
  const Graph graph = graphFromText(R"(
    input x:f32[2,3]
    their: Frobnicate(x) -> a
    newer: Upsample(a) -> b
    output b:f32[5]
  )");
  const Result<Inference> inferred = inferShapes(graph);
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ(shapeOf(inferred->graph, "b"), "5");
  const std::vector<Refusal> refused = findUnsupported(graph);
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[0].reason.code, ReasonCode::OperatorUnknown);
  EXPECT_EQ(refused[1].reason.code, ReasonCode::OpsetTooNew);
  const Status status = requireSupported(graph);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::Unsupported);
  EXPECT_EQ(status.error().text(),
            "node 'their' (Frobnicate): this operator is not implemented (Frobnicate); node 'newer' (Upsample): this version of the operator "
            "is not implemented (Upsample of opset 17; implemented: 7 to 8, 9 to 9)");
}

TEST(Infer, CostCountsMultiplyAccumulates) {
  const Result<Inference> inferred = inferShapes(graphFromText(network), {.bindings = {{"N", 2}, {"H", 4}, {"W", 5}}, .dynamicDefault = 0, .inputShapes = {}});
  ASSERT_TRUE(inferred.ok());
  const Graph& graph = inferred->graph;
  EXPECT_EQ(costOf(graph, *graph.nodeNamed("Conv_a")).macs, 2 * 8 * 4 * 5 * 27);
  EXPECT_EQ(costOf(graph, *graph.nodeNamed("MatMul_y")).macs, 2 * 10 * 8);
  EXPECT_EQ(costOf(graph, *graph.nodeNamed("Relu_b")).flops, 2 * 8 * 4 * 5);
}

TEST(Infer, CostOfUnknownShapesIsZero) {
  const Result<Inference> inferred = inferShapes(graphFromText(network));
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ(costOf(inferred->graph, *inferred->graph.nodeNamed("Conv_a")).macs, 0);
}

}  // namespace
}  // namespace ew::ops
