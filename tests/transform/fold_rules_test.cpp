// SPDX-License-Identifier: Apache-2.0
// Each rule of fold on the smallest graph that shows it, with what it must leave alone beside it.
#include "core/transform/fold/fold.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/graph/graph_edit.h"
#include "tests/support/graph_text.h"
#include "tests/transform/fold_outcome.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

using Outcome = test::FoldOutcome;

/// Folds; the outputs must stay as they were.
Outcome foldOf(const std::string& text, const FoldOptions& options = {}) {
  SCOPED_TRACE(text);
  return test::foldKeeping(test::graphFromText(text), 1e-5, options);
}

using Operators = std::vector<std::string>;

TEST(FoldRules, TransposesThatUndoEachOtherGo) {
  EXPECT_EQ(foldOf("input x:f32[2,3,4]\n Relu(x) -> r\n Transpose(r){perm=[2,0,1]} -> a\n Transpose(a){perm=[1,2,0]} -> b\n Abs(b) -> y\n output y").operators,
            (Operators{"Relu", "Abs"}));
}

TEST(FoldRules, OtherTransposesBecomeOne) {
  const Outcome out = foldOf("input x:f32[2,3,4]\n Transpose(x){perm=[2,0,1]} -> a\n Transpose(a){perm=[0,2,1]} -> y\n output y");
  ASSERT_EQ(out.operators, Operators{"Transpose"});
  EXPECT_EQ(out.graph.nodes()[0].attributes.getInts("perm"), (std::vector<std::int64_t>{2, 1, 0}));
}

TEST(FoldRules, ATransposeThatOthersReadStays) {
  EXPECT_EQ(foldOf("input x:f32[2,3,4]\n Transpose(x){perm=[2,0,1]} -> a\n output a\n Transpose(a){perm=[0,2,1]} -> y\n output y").operators.size(), 2U);
}

struct Casts {
  const char* from;
  int middle, last;
  std::size_t left;
};
class FoldsCasts : public testing::TestWithParam<Casts> {};

// 1 float, 2 uint8, 6 int32, 7 int64, 10 float16, 11 double
TEST_P(FoldsCasts, WhereTheTypeBetweenHoldsAllValues) {
  const Casts& c = GetParam();
  const std::string text = "opset 13\n input x:" + std::string(c.from) + "[5]\n Abs(x) -> r\n Cast(r){to=" + std::to_string(c.middle) +
                           "} -> a\n Cast(a){to=" + std::to_string(c.last) + "} -> b\n Abs(b) -> y\n output y";
  EXPECT_EQ(foldOf(text).operators.size(), c.left + 2);
}

INSTANTIATE_TEST_SUITE_P(Fold, FoldsCasts,
                         testing::Values(Casts{"f32", 11, 1, 0}, Casts{"u8", 1, 2, 0}, Casts{"u8", 6, 1, 1}, Casts{"f32", 10, 1, 2}, Casts{"i32", 1, 6, 2},
                                         Casts{"i8", 2, 6, 2}, Casts{"f32", 6, 1, 2}, Casts{"u8", 10, 7, 1}));

TEST(FoldRules, OnlyTheLastOfSeveralReshapesCounts) {
  EXPECT_EQ(foldOf(R"(
    opset 13
    input x:f32[N,2,3,4]
    s:i64[3] = {0, 6, 4}
    axes:i64[1] = {1}
    Reshape(x, s) -> a
    Unsqueeze(a, axes) -> b
    Flatten(b){axis=2} -> c
    Relu(c) -> y
    output y
  )").operators, (Operators{"Reshape", "Relu"})) << "to [-1, 24]";
}

TEST(FoldRules, ReshapesOfKnownShapeBecomeOne) {
  EXPECT_EQ(foldOf("opset 13\n input x:f32[2,3,4]\n s:i64[2] = {6,4}\n axes:i64[1] = {1}\n Reshape(x, s) -> a\n Unsqueeze(a, axes) -> b\n Flatten(b){axis=2} -> y\n output y").operators,
            Operators{"Reshape"});
  EXPECT_EQ(foldOf("opset 13\n input x:f32[2,3,4]\n s:i64[2] = {6,4}\n t:i64[3] = {2,3,4}\n Relu(x) -> r\n Reshape(r, s) -> a\n Reshape(a, t) -> b\n Abs(b) -> y\n output y").operators,
            (Operators{"Relu", "Abs"}));
}

TEST(FoldRules, ADeclaredShapeIsNoReasonToFold) {
  // The file says that a has four elements; it has as many as x has ones.
  const Graph graph = test::graphFromText("opset 13\n input x:f32[4]\n NonZero(x) -> a\n Shape(a) -> s\n Add(s, s) -> y\n output y");
  GraphEdit edit(graph);
  edit.mutableValue(graph.valueNamed("a")).shape = Shape(Dims{1, 4});
  NoProgress progress;
  EXPECT_EQ(test::applied(fold(*std::move(edit).apply(), {}, progress)).nodes().size(), 3U);
}

std::string padded(const std::string& window, const std::string& value = "") {
  return "opset 13\n input x:f32[1,2,6,6]\n p:i64[8] = {0,0,1,2,0,0,1,0}\n W:f32[3,2,3,3] = random(1)\n v:f32[] = {" + (value.empty() ? "0" : value) +
         "}\n Relu(x) -> r\n Neg(x) -> n\n " + window + "\n output y";
}

TEST(FoldRules, PaddingGoesIntoConvolutionsAndPools) {
  EXPECT_EQ(foldOf(padded("Pad(n, p, v) -> a\n Conv(a, W){pads=[1,0,0,1]} -> y")).operators, (Operators{"Neg", "Conv"}));
  EXPECT_EQ(foldOf(padded("Pad(r, p, v) -> a\n MaxPool(a){kernel_shape=[3,3]} -> y")).operators, (Operators{"Relu", "MaxPool"}));
  EXPECT_EQ(foldOf(padded("Pad(n, p, v) -> a\n AveragePool(a){kernel_shape=[3,3]} -> y")).operators, (Operators{"Neg", "AveragePool"}));
}

TEST(FoldRules, PaddingThatWouldBeSeenStays) {
  EXPECT_EQ(foldOf(padded("Pad(n, p, v) -> a\n Conv(a, W) -> y", "1")).operators.size(), 3U);
  EXPECT_EQ(foldOf(padded("Pad(n, p, v) -> a\n MaxPool(a){kernel_shape=[3,3]} -> y")).operators.size(), 3U) << "n is negative: 0 would win";
  EXPECT_EQ(foldOf(padded("Pad(r, p, v) -> a\n MaxPool(a){kernel_shape=[2,2]} -> y")).operators.size(), 3U) << "a window of padding only";
  EXPECT_EQ(foldOf(padded("Pad(n, p, v) -> a\n AveragePool(a){kernel_shape=[3,3], pads=[1,1,1,1]} -> y")).operators.size(), 3U);
}

TEST(FoldRules, MapsBeforeALayerGoIntoItsWeights) {
  EXPECT_EQ(foldOf("input x:f32[2,3,5,5]\n m:f32[3,1,1] = random(1)\n s:f32[1,3,1,1] = random(2)\n W:f32[6,3,3,3] = random(3)\n"
                   "Sub(x, m) -> a\n Mul(a, s) -> b\n Conv(b, W) -> y\n output y").operators, Operators{"Conv"});
  EXPECT_EQ(foldOf("input x:f32[2,4,5,5]\n m:f32[4,1,1] = random(1)\n W:f32[6,2,3,3] = random(3)\n B:f32[6] = random(4)\n"
                   "Add(m, x) -> a\n Conv(a, W, B){group=2} -> y\n output y").operators, Operators{"Conv"});
  EXPECT_EQ(foldOf("input x:f32[3,4]\n m:f32[4] = random(1)\n W:f32[4,6] = random(3)\n C:f32[6] = random(4)\n"
                   "Add(x, m) -> a\n Gemm(a, W, C){alpha=0.5, beta=2.0} -> y\n output y").operators, Operators{"Gemm"});
}

TEST(FoldRules, OnlyAFactorGoesIntoAPaddedConvolution) {
  EXPECT_EQ(foldOf("input x:f32[1,3,5,5]\n s:f32[3,1,1] = random(2)\n W:f32[6,3,3,3] = random(3)\n Mul(x, s) -> a\n Conv(a, W){pads=[1,1,1,1]} -> y\n output y").operators,
            Operators{"Conv"});
  EXPECT_EQ(foldOf("input x:f32[1,3,5,5]\n s:f32[3,1,1] = random(2)\n W:f32[6,3,3,3] = random(3)\n Add(x, s) -> a\n Conv(a, W){pads=[1,1,1,1]} -> y\n output y").operators.size(), 2U);
}

TEST(FoldRules, NormalizedTokensGoIntoTheProductsThatReadThem) {
  const Outcome out = foldOf(R"(
    opset 13
    input x:f32[2,5,4]
    s:f32[4] = random(1)
    b:f32[4] = random(2)
    m:f32[4] = random(3)
    v:f32[4] = {0.5, 1, 1.5, 2}
    Q:f32[4,3] = random(4)
    K:f32[4,3] = random(5)
    q:f32[3] = random(6)
    k:f32[3] = random(7)
    Transpose(x){perm=[0,2,1]} -> t
    BatchNormalization(t, s, b, m, v) -> n
    Transpose(n){perm=[0,2,1]} -> u
    MatMul(u, Q) -> mq
    Add(mq, q) -> yq
    MatMul(u, K) -> mk
    Add(k, mk) -> yk
    output yq
    output yk
  )");
  EXPECT_EQ(out.operators, (Operators{"MatMul", "Add", "MatMul", "Add"}));
}

TEST(FoldRules, AFactorGoesIntoAProductOfAnyRank) {
  EXPECT_EQ(foldOf("input x:f32[2,5,4]\n W:f32[4,3] = random(1)\n s:f32[] = {0.25}\n MatMul(x, W) -> a\n Mul(a, s) -> y\n output y").operators, Operators{"MatMul"});
}

TEST(FoldRules, EqualNodesBecomeOne) {
  const Outcome out = foldOf(R"(
    opset 13
    input x:f32[2,3]
    a1:i64[1] = {1}
    a2:i64[1] = {1}
    ReduceSum(x, a1) -> s
    ReduceSum(x, a2) -> t
    Exp(s) -> u
    Exp(t) -> v
    Sub(u, v) -> y
    output y
  )");
  EXPECT_EQ(out.operators, (Operators{"ReduceSum", "Exp", "Sub"}));
  EXPECT_EQ(test::verdictOf(out.verdicts, "ReduceSum_t").verdict, "removed");
}

TEST(FoldRules, NodesThatDifferInAnAttributeAreTwo) {
  EXPECT_EQ(foldOf("input x:f32[2,3]\n LeakyRelu(x){alpha=0.1} -> a\n LeakyRelu(x){alpha=0.2} -> b\n Sub(a, b) -> y\n output y").operators.size(), 3U);
}

TEST(FoldRules, LargeConstantsWithTheSameContentAreShared) {
  const Outcome out = foldOf("input x:f32[2,40]\n V:f32[40,40] = random(1)\n W:f32[40,40] = random(1)\n MatMul(x, V) -> a\n Relu(a) -> r\n MatMul(r, W) -> y\n output y");
  EXPECT_EQ(out.graph.initializers().size(), 1U);
  EXPECT_EQ(test::verdictOf(out.verdicts, "MatMul_y").verdict, "shared");
}

TEST(FoldRules, ConstantsOfOldFilesNeedNotBeInputs) {
  const Graph graph = test::graphFromText("opset 8\n input x:f32[2,3]\n w:f32[3] = {1,2,3}\n Neg(w) -> v\n Mul(x, v) -> y\n output y");
  for (const std::int64_t version : {3, 8}) {
    GraphEdit edit(graph);
    edit.mutableInfo().irVersion = version;
    edit.setInitializerInputs({graph.valueNamed("w")});
    NoProgress progress;
    EXPECT_EQ(test::applied(fold(*std::move(edit).apply(), {}, progress)).info().irVersion, std::max<std::int64_t>(version, 4));
  }
}

TEST(FoldRules, ConstantsNeverGrowByMoreThanTheBudget) {
  const std::string text = R"(
    opset 13
    input x:f32[1]
    v:f32[10] = random(1)
    s:i64[2] = {10,10}
    Expand(v, s) -> a
    Expand(v, s) -> b
    Neg(b) -> c
    Mul(a, x) -> d
    Mul(c, x) -> e
    Add(d, e) -> y
    output y
  )";
  const auto bytes = [](const Graph& graph) {
    std::int64_t total = 0;
    for (const auto& [id, tensor] : graph.initializers()) total += static_cast<std::int64_t>(tensor.byteSize());
    return total;
  };
  const std::int64_t before = bytes(test::graphFromText(text));
  for (const std::int64_t budget : {0, 100, 399, 400, 500, 800, 1000}) EXPECT_LE(bytes(foldOf(text, {.constantByteBudget = budget}).graph), before + budget) << budget;
  EXPECT_EQ(foldOf(text, {.constantByteBudget = 1000}).operators, (Operators{"Mul", "Mul", "Add"}));
}

}  // namespace
}  // namespace ew::transform
