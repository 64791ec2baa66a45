// SPDX-License-Identifier: Apache-2.0
#include "core/ops/infer_partly.h"

#include <gtest/gtest.h>

#include "core/graph/graph_edit.h"
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

/// An If whose branches are `branch`: its last inputs stand for the outer values `captured`, once for each branch.
Graph withBranches(const std::string& outer, const std::string& branch, const std::vector<std::string>& captured) {
  const Graph graph = graphFromText(outer);
  auto subgraph = std::make_shared<Subgraph>();
  subgraph->graph = graphFromText(branch);
  subgraph->captures = captured.size();
  GraphEdit edit(graph);
  Node& node = edit.mutableNode(graph.nodeNamed("choose")->id);
  for (const char* attribute : {"else_branch", "then_branch"}) {
    node.attributes.set(attribute, SubgraphPtr(subgraph));
    for (const std::string& name : captured) node.captures.push_back(graph.valueNamed(name));
  }
  return edit.graph();
}

TEST(Infer, GraphsInsideNodesSeeTheShapesAndConstantsThatTheyCapture) {
  const std::string outer = "input c:bool[]\ninput x:f32[N,4]\ntarget:i64[3] = {0,2,2}\nchoose: If(c) -> y\noutput y\noutput target\n";
  const Result<Inference> inferred = inferShapes(withBranches(outer, "input a:f32[?,?]\ninput t:i64[3]\nReshape(a, t) -> r\noutput r\n", {"x", "target"}));
  ASSERT_TRUE(inferred.ok()) << inferred.error().text();
  EXPECT_EQ(shapeOf(inferred->graph, "y"), "N x 2 x 2");
}

TEST(Infer, ErrorsInsideNodesNameAllPlaces) {
  const std::string outer = "input c:bool[]\ninput x:f32[2,4]\nchoose: If(c) -> y\noutput y\n";
  const Result<Inference> inferred = inferShapes(withBranches(outer, "input a:f32[2,4]\nb:f32[3] = ones\nbad: Add(a, b) -> r\noutput r\n", {"x"}));
  ASSERT_FALSE(inferred.ok());
  EXPECT_EQ(inferred.error().code, ErrorCode::Invalid);
  EXPECT_NE(inferred.error().text().find("node 'choose' (If): attribute '"), std::string::npos) << inferred.error().text();
  EXPECT_NE(inferred.error().text().find("node 'bad' (Add): extents 4 and 3 do not broadcast"), std::string::npos) << inferred.error().text();
}

TEST(Infer, WhatIsRightIsInferredAroundWhatIsNot) {
  const std::string text = "input x:f32[1,4,8,8]\nW:f32[8,3,3,3] = zeros\nwrong: Conv(x, W) -> a\nRelu(x) -> y\nFlatten(y) -> z\noutput a\noutput z\n";
  ASSERT_FALSE(inferShapes(graphFromText(text)).ok());
  const Result<Inference> partly = inferPartly(graphFromText(text));
  ASSERT_TRUE(partly.ok());
  EXPECT_EQ(shapeOf(partly->graph, "z"), "1 x 256");
  EXPECT_EQ(shapeOf(partly->graph, "a"), "unknown");
  ASSERT_EQ(partly->warnings.size(), 1U);
  EXPECT_NE(partly->warnings[0].find("node 'wrong' (Conv)"), std::string::npos);
}

TEST(Infer, ANodeOfConstantsWithoutOutputsIsAWarning) {
  GraphEdit edit(graphFromText("input x:f32[2]\nW:f32[2] = ones\nRelu(x) -> y\noutput y\n"));
  for (const char* op : {"Erf", "MatMul", "Softplus"}) {
    Node node;
    node.opType = op;
    node.inputs = {edit.graph().valueNamed("W")};
    edit.addNode(std::move(node));
  }
  const Result<Inference> partly = inferPartly(*std::move(edit).apply());
  ASSERT_TRUE(partly.ok());
  EXPECT_EQ(partly->warnings.size(), 3U);
}

TEST(Infer, ShapeArithmeticOnKnownExtentsIsConstant) {
  const Result<Inference> inferred = inferShapes(graphFromText(reshaping), {.bindings = {{"N", 3}}, .dynamicDefault = 0, .inputShapes = {}});
  ASSERT_TRUE(inferred.ok()) << inferred.error().text();
  EXPECT_EQ(shapeOf(inferred->graph, "y"), "3 x 24");
  const ValueId target = inferred->graph.valueNamed("target");
  ASSERT_TRUE(inferred->constants.contains(target));
  EXPECT_TRUE(inferred->constants.at(target).equals(Tensor::vector<std::int64_t>({3, 24})));
}

/// The shape of y after `nodes` on x [N, 3, H, W].
std::string shapeAfter(const std::string& nodes, const InferOptions& options = {}) {
  const Result<Inference> inferred = inferShapes(graphFromText("input x:f32[N,3,H,W]\n" + nodes + "\noutput y"), options);
  return inferred.ok() ? shapeOf(inferred->graph, "y") : inferred.error().text();
}

TEST(Infer, DerivedExtentsAreExpressions) {
  EXPECT_EQ(shapeAfter("W:f32[8,3,3,3] = zeros\nConv(x, W){strides=[2,2], pads=[1,1,1,1]} -> a\nMaxPool(a){kernel_shape=[2,2], strides=[2,2]} -> y"),
            "N x 8 x floor((H + 1)/4) x floor((W + 1)/4)");
  EXPECT_EQ(shapeAfter("MaxPool(x){kernel_shape=[3,3], strides=[2,2], ceil_mode=1} -> y"), "N x 3 x floor(H/2) x floor(W/2)");
  EXPECT_EQ(shapeAfter("MaxPool(x){kernel_shape=[2,2], strides=[3,3], ceil_mode=1} -> y"), "N x 3 x ? x ?");
  EXPECT_EQ(shapeAfter("V:f32[3,4,2,2] = zeros\nConvTranspose(x, V){strides=[2,2]} -> y"), "N x 4 x 2*H x 2*W");
  EXPECT_EQ(shapeAfter("Concat(x, x){axis=3} -> y"), "N x 3 x H x 2*W");
  EXPECT_EQ(shapeAfter("Flatten(x) -> y"), "N x 3*H*W");
  EXPECT_EQ(shapeAfter("r:i64[4] = {1,1,2,1}\nTile(x, r) -> y"), "N x 3 x 2*H x W");
  EXPECT_EQ(shapeAfter("p:i64[8] = {0,0,1,0,0,0,1,2}\nPad(x, p) -> y"), "N x 3 x H + 2 x W + 2");
  EXPECT_EQ(shapeAfter("s:i64[1] = {1}\ne:i64[1] = {2147483647}\na:i64[1] = {2}\nSlice(x, s, e, a) -> y"), "N x 3 x max(0, H - 1) x W");
  EXPECT_EQ(shapeAfter("t:i64[3] = {0,3,-1}\nReshape(x, t) -> y"), "N x 3 x H*W");
  EXPECT_EQ(shapeAfter("SpaceToDepth(x){blocksize=2} -> y"), "N x 12 x floor(H/2) x floor(W/2)");
}

TEST(Infer, EqualExpressionsBroadcast) {
  // Down and up again, and the same by another way.
  EXPECT_EQ(shapeAfter("AveragePool(x){kernel_shape=[2,2], strides=[2,2]} -> a\nMaxPool(x){kernel_shape=[2,2], strides=[2,2]} -> b\nAdd(a, b) -> y"),
            "N x 3 x floor(H/2) x floor(W/2)");
  EXPECT_EQ(shapeAfter("one:f32[1,3,1,1] = ones\nMul(x, one) -> y"), "N x 3 x H x W");
}

const std::string extents = "Shape(x) -> s\ni0:i64[1] = {0}\ni2:i64[1] = {2}\ni3:i64[1] = {3}\nGather(s, i0) -> n\nGather(s, i2) -> h\nGather(s, i3) -> w\n";

TEST(Infer, ShapeArithmeticReachesTheOperatorsThatUseIt) {
  EXPECT_EQ(shapeAfter(extents + "two:i64[1] = {2}\nMul(h, two) -> h2\nMul(w, two) -> w2\nthree:i64[1] = {3}\nConcat(n, three, h2, w2){axis=0} -> t\n"
                                 "Resize(x, _, _, t) -> y"), "N x 3 x 2*H x 2*W");
  EXPECT_EQ(shapeAfter(extents + "Mul(h, w) -> hw\nthree:i64[1] = {3}\nConcat(n, three, hw){axis=0} -> t\nReshape(x, t) -> y"), "N x 3 x H*W");
  EXPECT_EQ(shapeAfter(extents + "Concat(n, h){axis=0} -> t\nConstantOfShape(t) -> y"), "N x H");
  EXPECT_EQ(shapeAfter(extents + "ReduceProd(s){keepdims=1} -> p\nConstantOfShape(p) -> y"), "3*H*N*W");
  EXPECT_EQ(shapeAfter(extents + "z:i64 = {0}\nd:i64 = {1}\nGather(s, z) -> m\nRange(z, m, d) -> y"), "N");
  EXPECT_EQ(shapeAfter(extents + "one:i64[1] = {1}\nSub(h, one) -> e\na:i64[1] = {2}\nSlice(x, i0, h, a) -> y"), "N x 3 x H x W");
  EXPECT_EQ(shapeAfter(extents + "v:f32[1,1,1] = ones\nConcat(n, h, w){axis=0} -> t\nExpand(v, t) -> y"), "N x H x W");
}

TEST(Infer, ExpandToAShapeWithMinusOnesReplaced) {
  EXPECT_EQ(shapeAfter(extents + "m:i64[1] = {-1}\none:i64[1] = {1}\nConcat(n, h){axis=0} -> t\nEqual(t, m) -> c\nWhere(c, one, t) -> u\nv:f32[1,1] = ones\n"
                                 "Expand(v, u) -> y"), "N x H");
}

TEST(Infer, ScalesThroughFloatsKeepWholeNumbers) {
  EXPECT_EQ(shapeAfter(extents + "Cast(h){to=1} -> f\ntwo:f32[1] = {2}\nMul(f, two) -> g\nFloor(g) -> k\nCast(k){to=7} -> h2\nConcat(n, h2){axis=0} -> t\n"
                                 "ConstantOfShape(t) -> y"), "N x 2*H");
}

TEST(Infer, BoundSymbolsGiveTheNumbersThatTheExpressionsSay) {
  EXPECT_EQ(shapeAfter("W:f32[8,3,3,3] = zeros\nConv(x, W){strides=[2,2], pads=[1,1,1,1]} -> y", {.bindings = {{"H", 9}, {"W", 10}}, .dynamicDefault = 0, .inputShapes = {}}),
            "N x 8 x 5 x 5");
}

TEST(Infer, DeclaredExpressionsAreBoundToo) {
  const Graph graph = graphFromText("input x:f32[N]\nFrobnicate(x) -> y\noutput y:f32[N]");
  GraphEdit edit(graph);
  edit.mutableValue(graph.valueNamed("y")).shape = Shape(std::vector<Dim>{Dim("2*N + 1")});
  const Result<Inference> inferred = inferShapes(edit.graph(), {.bindings = {{"N", 3}}, .dynamicDefault = 0, .inputShapes = {}});
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ(shapeOf(inferred->graph, "y"), "7");
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
            "is not implemented (Upsample of opset 17; implemented: 1 to 6, 7 to 8, 9 to 9)");
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
