// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/analysis.h"
#include "core/analysis/weights.h"
#include "tests/support/graph_text.h"

namespace ew::analysis {
namespace {

struct AxisCase {
  const char* text;
  std::int64_t axis, channels;
};
class ChannelAxis : public testing::TestWithParam<AxisCase> {};

TEST_P(ChannelAxis, IsThatOfOutputChannels) {
  const Graph graph = test::graphFromText(GetParam().text);
  const auto weight = mainWeight(graph, graph.nodes().back());
  ASSERT_TRUE(weight);
  EXPECT_EQ(weight->channelAxis, GetParam().axis);
  EXPECT_EQ(std::ssize(channelStats(*weight)), GetParam().channels);
}

INSTANTIATE_TEST_SUITE_P(
    Weights, ChannelAxis,
    testing::Values(
        AxisCase{"input x:f32[1,3,4,4]\n W:f32[5,3,1,1] = random(1)\n Conv(x, W) -> y\n output y", 0, 5},
        AxisCase{"input x:f32[1,3,4,4]\n W:f32[3,5,2,2] = random(1)\n ConvTranspose(x, W) -> y\n output y", 1, 5},
        AxisCase{"input x:f32[1,3]\n W:f32[3,5] = random(1)\n Gemm(x, W) -> y\n output y", 1, 5},
        AxisCase{"input x:f32[1,3]\n W:f32[5,3] = random(1)\n Gemm(x, W){transB=1} -> y\n output y", 0, 5},
        AxisCase{"input x:f32[1,3]\n W:f32[3,5] = random(1)\n MatMul(x, W) -> y\n output y", 1, 5},
        AxisCase{"input x:f32[3,2]\n W:f32[5,3] = random(1)\n MatMul(W, x) -> y\n output y", 1, 3},
        AxisCase{"input x:i64[2]\n W:f32[7,5] = random(1)\n Gather(W, x) -> y\n output y", 1, 5},
        AxisCase{"input x:f32[1,3,4,4]\n W:f32[5,3,1,1] = random(1)\n Identity(W) -> w\n Conv(x, w) -> y\n output y", 0, 5}));

TEST(Weights, ALookupOfIntegersIsNoWeight) {
  const Graph graph = test::graphFromText("input x:i64[]\n t:i64[4] = {1,2,3,4}\n Gather(t, x) -> y\n output y");
  EXPECT_FALSE(mainWeight(graph, graph.nodes()[0]));
}

TEST(Weights, ComputedWeightsAreNone) {
  const Graph graph = test::graphFromText("input x:f32[2,3]\n input w:f32[3,2]\n MatMul(x, w) -> y\n output y");
  EXPECT_FALSE(mainWeight(graph, graph.nodes()[0]));
}

TEST(ChannelStats, OfIntegersEqualThoseOfTheirFloats) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1,3,4,4]
    W:u8[5,3,2,2] = random(4)
    s:f32[5] = {0.5, 1, 0.25, 3, 2}
    z:u8[5] = {128, 100, 3, 77, 0}
    DequantizeLinear(W, s, z){axis=0} -> w
    Conv(x, w) -> y
    output y
  )");
  const Node& conv = graph.nodes().back();
  const auto fromFloats = channelStats(*mainWeight(graph, conv));
  const auto fromIntegers = channelStats(weightsOf(graph, conv).front());
  ASSERT_EQ(fromFloats.size(), fromIntegers.size());
  for (std::size_t c = 0; c < fromFloats.size(); ++c) {
    EXPECT_NEAR(fromFloats[c].low, fromIntegers[c].low, 1e-4);
    EXPECT_NEAR(fromFloats[c].high, fromIntegers[c].high, 1e-4);
    EXPECT_NEAR(fromFloats[c].l1, fromIntegers[c].l1, 1e-2);
    EXPECT_EQ(fromFloats[c].zeros, fromIntegers[c].zeros);
    EXPECT_EQ(fromFloats[c].count, 12);
  }
}

TEST(Histogram, CountsEveryFiniteValueOnce) {
  const Tensor values = Tensor::vector<float>({0, 0.1F, 0.5F, 1, 1, 2, -2, INFINITY, NAN});
  const Histogram found = histogram(values, 4);
  EXPECT_DOUBLE_EQ(found.range.low, -2);
  EXPECT_DOUBLE_EQ(found.range.high, 2);
  EXPECT_EQ(found.counts, (std::vector<std::int64_t>{1, 0, 3, 3}));
  EXPECT_EQ(found.total, 7);
  EXPECT_EQ(found.zeros, 1);
}

TEST(Histogram, ValuesOutsideTheRangeCountAtItsEnds) {
  const Histogram found = histogram(Tensor::vector<float>({-5, 0.5F, 9}), 2, Range{0, 1});
  EXPECT_EQ(found.counts, (std::vector<std::int64_t>{1, 2}));
}

TEST(Histogram, OfOneValueOrNoneIsStillAHistogram) {
  EXPECT_EQ(histogram(Tensor::vector<float>({3, 3}), 8).total, 2);
  EXPECT_EQ(histogram(Tensor::zeros(DType::f32, {0}), 8).total, 0);
}

}  // namespace
}  // namespace ew::analysis
