// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/fold.h"

#include <gtest/gtest.h>

#include "tests/support/graph_text.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

Graph folded(const Graph& graph, const FoldOptions& options = {}) {
  NoProgress progress;
  return test::applied(fold(graph, options, progress));
}

std::vector<NodeVerdict> verdicts(const Graph& graph) {
  NoProgress progress;
  return fold(graph, {}, progress)->verdicts;
}

/// Same outputs before and after within 1e-5 of the largest.
void expectSameOutputs(const Graph& before, const Graph& after) {
  const std::vector<Tensor> inputs = test::randomInputs(before, 3);
  EXPECT_LT(test::relativeDifference(test::runGraph(before, inputs), test::runGraph(after, inputs)), 1e-5);
}

std::string normalization(const std::string& first, int channels) {
  const std::string c = std::to_string(channels);
  return "s:f32[" + c + "] = random(11)\n b:f32[" + c + "] = random(12)\n m:f32[" + c + "] = random(13)\n v:f32[" + c +
         "] = {0.5, 1.5, 2.0}\n BatchNormalization(" + first + ", s, b, m, v){epsilon=0.001} -> y\n output y\n";
}

struct Case {
  const char* name;
  std::string text;
};
class FoldsNormalization : public testing::TestWithParam<Case> {};

TEST_P(FoldsNormalization, IntoTheLayerBefore) {
  const Graph before = test::graphFromText(GetParam().text);
  const Graph after = folded(before);
  ASSERT_EQ(after.nodes().size(), 1U) << GetParam().name;
  EXPECT_EQ(after.nodes()[0].origin.size(), 2U);
  EXPECT_EQ(after.value(after.outputs()[0]).name, "y");
  expectSameOutputs(before, after);
}

INSTANTIATE_TEST_SUITE_P(
    Fold, FoldsNormalization,
    testing::Values(
        Case{"conv", "input x:f32[2,3,6,6]\n W:f32[4,3,3,3] = random(1)\n B:f32[4] = random(2)\n Conv(x, W, B) -> a\n" + normalization("a", 4)},
        Case{"without bias", "input x:f32[N,3,6,6]\n W:f32[4,3,3,3] = random(1)\n Conv(x, W) -> a\n" + normalization("a", 4)},
        Case{"depthwise", "input x:f32[1,4,6,6]\n W:f32[4,1,3,3] = random(1)\n Conv(x, W){group=4} -> a\n" + normalization("a", 4)},
        Case{"transposed", "input x:f32[1,4,5,5]\n W:f32[4,3,3,3] = random(1)\n ConvTranspose(x, W){strides=[2,2]} -> a\n" + normalization("a", 3)},
        Case{"transposed in groups",
             "input x:f32[1,4,5,5]\n W:f32[4,3,3,3] = random(1)\n B:f32[6] = random(2)\n ConvTranspose(x, W, B){group=2} -> a\n" + normalization("a", 6)},
        Case{"gemm", "input x:f32[3,5]\n W:f32[5,4] = random(1)\n C:f32[4] = random(2)\n Gemm(x, W, C){alpha=0.5, beta=2.0} -> a\n" + normalization("a", 4)},
        Case{"gemm transposed", "input x:f32[3,5]\n W:f32[4,5] = random(1)\n Gemm(x, W){transB=1} -> a\n" + normalization("a", 4)}),
    [](const auto& info) {
      std::string name = info.param.name;
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

TEST(Fold, ANormalizationStaysWhenTheConvolutionIsReadElsewhere) {
  const Graph graph = test::graphFromText("input x:f32[1,3,4,4]\n W:f32[4,3,1,1] = random(1)\n Conv(x, W) -> a\n Relu(a) -> r\n output r\n" +
                                          normalization("a", 4));
  EXPECT_EQ(folded(graph).nodes().size(), 3U);
  const NodeVerdict verdict = test::verdictOf(verdicts(graph), "BatchNormalization_y");
  EXPECT_EQ(verdict.verdict, "kept");
  EXPECT_EQ(verdict.reasonKey, "not-foldable");
}

TEST(Fold, SharedWeightsAreNotChangedForTheOther) {
  const Graph before = test::graphFromText(
      "input x:f32[1,3,4,4]\n W:f32[4,3,1,1] = random(1)\n Conv(x, W) -> other\n output other\n Conv(x, W) -> a\n" + normalization("a", 4));
  const Graph after = folded(before);
  EXPECT_EQ(after.nodes().size(), 2U);
  expectSameOutputs(before, after);
}

TEST(Fold, ConstantsPerChannelGoIntoWeightsAndBias) {
  const Graph before = test::graphFromText(R"(
    input x:f32[1,3,6,6]
    W:f32[4,3,3,3] = random(1)
    f:f32[1,4,1,1] = random(2)
    o:f32[4,1,1] = random(3)
    d:f32[] = {0.25}
    Conv(x, W) -> a
    Mul(f, a) -> b
    Add(b, o) -> c
    Div(c, d) -> e
    Sub(e, d) -> y
    output y
  )");
  const Graph after = folded(before);
  EXPECT_EQ(after.nodes().size(), 1U);
  expectSameOutputs(before, after);
}

TEST(Fold, AMatrixProductAndItsBiasBecomeGemm) {
  const Graph before = test::graphFromText(R"(
    input x:f32[N,5]
    W:f32[5,4] = random(1)
    b:f32[1,4] = random(2)
    s:f32[4] = random(3)
    MatMul(x, W) -> a
    Add(b, a) -> c
    Mul(c, s) -> y
    output y
  )");
  const Graph after = folded(before);
  ASSERT_EQ(after.nodes().size(), 1U);
  EXPECT_EQ(after.nodes()[0].opType, "Gemm");
  expectSameOutputs(before, after);
}

TEST(Fold, AMatrixProductOfBatchesStays) {
  const Graph graph = test::graphFromText("input x:f32[2,3,5]\n W:f32[5,4] = random(1)\n b:f32[4] = random(2)\n MatMul(x, W) -> a\n Add(a, b) -> y\n output y");
  EXPECT_EQ(folded(graph).nodes().size(), 2U);
}

TEST(Fold, AConstantThatVariesInSpaceStays) {
  const Graph before = test::graphFromText(R"(
    input x:f32[1,3,4,4]
    W:f32[4,3,1,1] = random(1)
    f:f32[1,1,1,4] = random(2)
    Conv(x, W) -> a
    Mul(a, f) -> y
    output y
  )");
  EXPECT_EQ(folded(before).nodes().size(), 2U);
}

TEST(Fold, NodesThatDoNothingGo) {
  const Graph before = test::graphFromText(R"(
    opset 13
    input x:f32[1,3,4,4]
    shape:i64[4] = {1,3,4,4}
    pads:i64[8] = {0,0,0,0,0,0,0,0}
    one:f32[] = {1}
    zero:f32[1] = {0}
    Identity(x) -> a
    Relu(a) -> b
    Dropout(b) -> c
    Reshape(c, shape) -> d
    Transpose(d){perm=[0,1,2,3]} -> e
    Cast(e){to=1} -> f
    Pad(f, pads) -> g
    Mul(one, g) -> h
    Add(h, zero) -> y
    output y
  )");
  const Graph after = folded(before);
  ASSERT_EQ(after.nodes().size(), 1U);
  EXPECT_EQ(after.nodes()[0].name, "Relu_b");
  EXPECT_EQ(after.value(after.outputs()[0]).name, "y");
  expectSameOutputs(before, after);
}

TEST(Fold, AnIdentityFromInputToOutputStays) {
  const Graph graph = test::graphFromText("input x:f32[2]\n Identity(x) -> y\n output y");
  EXPECT_EQ(folded(graph).nodes().size(), 1U);
}

TEST(Fold, ReshapesAndTransposesThatMoveDataStay) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[2,3]
    shape:i64[2] = {3,2}
    Reshape(x, shape) -> a
    Transpose(a){perm=[1,0]} -> y
    output y
  )");
  EXPECT_EQ(folded(graph).nodes().size(), 2U);
}

TEST(Fold, ShapeArithmeticBecomesConstantWhenAllExtentsButOneAreKnown) {
  const char* const text = R"(
    opset 13
    input x:f32[%,3,4]
    zero:i64[1] = {0}
    rest:i64[1] = {-1}
    Shape(x) -> s
    Gather(s, zero) -> n
    Concat(n, rest){axis=0} -> t
    Reshape(x, t) -> y
    output y
  )";
  const auto withBatch = [&](const std::string& batch) {
    std::string out = text;
    out.replace(out.find('%'), 1, batch);
    return test::graphFromText(out);
  };
  EXPECT_EQ(folded(withBatch("2")).nodes().size(), 1U);
  EXPECT_EQ(folded(withBatch("N")).nodes().size(), 1U);
  expectSameOutputs(withBatch("2"), folded(withBatch("2")));
}

TEST(Fold, ConstantsBeyondTheBudgetAreNotMade) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1]
    v:f32[1] = {1}
    shape:i64[2] = {100,100}
    Expand(v, shape) -> big
    Add(x, big) -> y
    output y
  )");
  EXPECT_EQ(folded(graph).nodes().size(), 1U);
  NoProgress progress;
  const auto result = fold(graph, {.constantByteBudget = 1000}, progress);
  EXPECT_EQ(test::verdictOf(result->verdicts, "Expand_big").reasonKey, "too-large");
}

TEST(Fold, QuantizedWeightsStayIntegers) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1,2,4,4]
    W:i8[3,2,1,1] = random(1)
    s:f32[3] = {0.1, 0.2, 0.3}
    z:i8[3] = {0, 0, 0}
    DequantizeLinear(W, s, z){axis=0} -> w
    Conv(x, w) -> y
    output y
  )");
  const Graph after = folded(graph);
  EXPECT_EQ(after.nodes().size(), 2U);
  EXPECT_NE(after.valueNamed("W"), kNone);
}

TEST(Fold, RandomNodesAreNotFolded) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[4]
    RandomNormal(){shape=[4]} -> r
    Add(x, r) -> y
    output y
  )");
  EXPECT_EQ(folded(graph).nodes().size(), 2U);
}

TEST(Fold, CanBeCancelled) {
  class Cancelled final : public Progress {
    void step(std::int64_t, std::int64_t, std::string_view) override {}
    bool cancelled() const override { return true; }
  } progress;
  const auto result = fold(test::graphFromText("input x:f32[2]\n Relu(x) -> y\n output y"), {}, progress);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::Interrupted);
}

}  // namespace
}  // namespace ew::transform
