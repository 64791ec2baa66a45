// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/transform/fold/fold.h"
#include "tests/support/graph_text.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

struct Spelling {
  const char* name;
  const char* opType;
  int since;
  std::string nodes;      ///< from x to y
};

const char* const constants = R"(
    half:f32[] = {0.5}
    one:f32[1] = {1}
    two:f32[] = {2}
    three:f32[] = {3}
    zero:f32[] = {0}
    six:f32[] = {6}
    rootTwo:f32[] = {1.41421356}
    rootHalf:f32[] = {0.70710678}
    c:f32[] = {0.044715}
    k:f32[] = {0.79788456}
    quick:f32[] = {1.702}
    eps:f32[] = {0.00001}
    scale:f32[8] = random(21)
    bias:f32[8] = random(22)
    last:i64[1] = {-1}
)";

class Recognizes : public testing::TestWithParam<Spelling> {};

Graph spelled(const Spelling& spelling, int opset) {
  return test::graphFromText("opset " + std::to_string(opset) + "\n input x:f32[2,3,8]\n" + constants + spelling.nodes + "\n output y");
}

TEST_P(Recognizes, TheOperatorThatThePatternSpells) {
  const Graph before = spelled(GetParam(), GetParam().since);
  NoProgress progress;
  const Graph after = test::applied(fold(before, {}, progress));
  ASSERT_EQ(after.nodes().size(), 1U);
  EXPECT_EQ(after.nodes()[0].opType, GetParam().opType);
  EXPECT_EQ(after.nodes()[0].domain, "");
  EXPECT_EQ(after.nodes()[0].origin.size(), before.nodes().size());
  const std::vector<Tensor> inputs = test::randomInputs(before, 3);
  EXPECT_LT(test::relativeDifference(test::runGraph(before, inputs), test::runGraph(after, inputs)), 1e-5);
}

TEST_P(Recognizes, NothingThatTheOpsetLacks) {
  const Graph before = spelled(GetParam(), GetParam().since - 1);
  NoProgress progress;
  EXPECT_EQ(test::applied(fold(before, {}, progress)).nodes().size(), before.nodes().size());
}

INSTANTIATE_TEST_SUITE_P(
    Fold, Recognizes,
    testing::Values(
        Spelling{"GeluErf", "Gelu", 20, "Div(x, rootTwo) -> a\n Erf(a) -> b\n Add(b, one) -> d\n Mul(x, d) -> e\n Mul(e, half) -> y"},
        Spelling{"GeluHalfFirst", "Gelu", 20, "Mul(x, rootHalf) -> a\n Erf(a) -> b\n Add(one, b) -> d\n Mul(half, x) -> e\n Mul(e, d) -> y"},
        Spelling{"GeluDividedByTwo", "Gelu", 20, "Mul(x, rootHalf) -> a\n Erf(a) -> b\n Add(one, b) -> d\n Div(d, two) -> e\n Mul(x, e) -> y"},
        Spelling{"GeluTanh", "Gelu", 20,
                 "Pow(x, three) -> a\n Mul(a, c) -> b\n Add(x, b) -> d\n Mul(d, k) -> e\n Tanh(e) -> f\n Add(f, one) -> g\n Mul(x, g) -> h\n Mul(h, half) -> y"},
        Spelling{"GeluTanhOfProducts", "Gelu", 20,
                 "Mul(c, x) -> a\n Mul(x, a) -> b\n Mul(x, b) -> d\n Add(x, d) -> e\n Mul(k, e) -> f\n Tanh(f) -> g\n Add(one, g) -> h\n Mul(half, h) -> i\n Mul(x, i) -> y"},
        Spelling{"GeluTanhFactored", "Gelu", 20,
                 "Mul(x, x) -> a\n Mul(a, c) -> b\n Add(b, one) -> d\n Mul(x, d) -> e\n Mul(e, k) -> f\n Tanh(f) -> g\n Add(g, one) -> h\n Mul(x, half) -> i\n Mul(i, h) -> y"},
        Spelling{"HardSwish", "HardSwish", 14, "HardSigmoid(x){alpha=0.16666667, beta=0.5} -> a\n Mul(x, a) -> y"},
        Spelling{"HardSwishOfClip", "HardSwish", 14, "Add(x, three) -> a\n Clip(a, zero, six) -> b\n Mul(x, b) -> d\n Div(d, six) -> y"},
        Spelling{"HardSwishDividedFirst", "HardSwish", 14, "Add(x, three) -> a\n Clip(a, zero, six) -> b\n Div(b, six) -> d\n Mul(d, x) -> y"},
        Spelling{"Swish", "Swish", 24, "Sigmoid(x) -> a\n Mul(x, a) -> y"},
        Spelling{"QuickGelu", "Swish", 24, "Mul(x, quick) -> b\n Sigmoid(b) -> a\n Mul(x, a) -> y"},
        Spelling{"LayerNormalization", "LayerNormalization", 17,
                 "ReduceMean(x){axes=[2]} -> m\n Sub(x, m) -> d\n Pow(d, two) -> q\n ReduceMean(q){axes=[-1]} -> v\n Add(v, eps) -> e\n Sqrt(e) -> s\n Div(d, s) -> n\n"
                 "Mul(n, scale) -> w\n Add(w, bias) -> y"},
        Spelling{"LayerNormalizationWithoutBias", "LayerNormalization", 17,
                 "ReduceMean(x){axes=[2]} -> m\n Sub(x, m) -> d\n Mul(d, d) -> q\n ReduceMean(q){axes=[2]} -> v\n Add(eps, v) -> e\n Sqrt(e) -> s\n Reciprocal(s) -> r\n"
                 "Mul(r, scale) -> w\n Mul(d, w) -> y"},
        Spelling{"LayerNormalizationAlone", "LayerNormalization", 17,
                 "ReduceMean(x){axes=[1,2]} -> m\n Sub(x, m) -> d\n Mul(d, d) -> q\n ReduceMean(q){axes=[1,2]} -> v\n Add(eps, v) -> e\n Sqrt(e) -> s\n Div(d, s) -> y"},
        Spelling{"RmsNormalization", "RMSNormalization", 23,
                 "Pow(x, two) -> q\n ReduceMean(q, last) -> v\n Add(v, eps) -> e\n Sqrt(e) -> s\n Reciprocal(s) -> r\n Mul(x, r) -> n\n Mul(scale, n) -> y"}),
    [](const auto& info) { return info.param.name; });

TEST(Patterns, AValueThatIsReadOutsideKeepsThePattern) {
  const Graph graph = test::graphFromText("opset 24\n input x:f32[4]\n Sigmoid(x) -> a\n Mul(x, a) -> y\n output y\n output a");
  NoProgress progress;
  EXPECT_EQ(test::applied(fold(graph, {}, progress)).nodes().size(), 2U);
}

TEST(Patterns, OtherConstantsAreOtherFunctions) {
  const Graph graph = test::graphFromText(std::string("opset 20\n input x:f32[4]\n") + constants +
                                          "Mul(x, rootTwo) -> a\n Erf(a) -> b\n Add(b, one) -> d\n Mul(x, d) -> e\n Mul(e, half) -> y\n output y");
  NoProgress progress;
  EXPECT_EQ(test::applied(fold(graph, {}, progress)).nodes().size(), 5U);
}

}  // namespace
}  // namespace ew::transform
