// SPDX-License-Identifier: Apache-2.0
// The truth is the quantized graph as ONNX defines it, run by the reference backend in float; the lowered graph, run
// by the same backend on integers, may differ by the rounding of one step.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/run/plan.h"
#include "tests/run/reference_run.h"
#include "tests/support/graph_text.h"

namespace ew {
namespace {

std::map<std::string, int> operators(const Graph& graph) {
  std::map<std::string, int> out;
  for (const Node& node : graph.nodes()) ++out[node.opType];
  return out;
}

/// Lowers, checks that only these operators are left, and compares within `steps` integers.
void expectLowered(const std::string& text, const std::map<std::string, int>& wanted, int steps = 1) {
  const Graph graph = test::inferred(text);
  const Result<Graph> lowered = lowerQuantized(graph, {});
  ASSERT_TRUE(lowered.ok()) << lowered.error().text();
  EXPECT_EQ(operators(*lowered), wanted);
  std::vector<Tensor> inputs;
  unsigned seed = 11;
  for (const ValueId id : graph.inputs())
    inputs.push_back(test::randomTensor(graph.value(id).dtype, *graph.value(id).shape->concrete(), seed++));
  const std::vector<Tensor> expected = test::runReference(graph, inputs);
  const std::vector<Tensor> actual = test::runReference(*lowered, inputs);
  ASSERT_EQ(actual[0].dims(), expected[0].dims());
  ASSERT_EQ(actual[0].dtype(), expected[0].dtype());
  const std::vector<std::int64_t> a = *toInts(actual[0]);
  const std::vector<std::int64_t> e = *toInts(expected[0]);
  std::int64_t worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - e[i]));
  EXPECT_LE(worst, steps);
  EXPECT_NE(std::adjacent_find(e.begin(), e.end(), std::not_equal_to<>()), e.end()) << "a constant result tests nothing";
}

const std::string conv = R"(
  input x:u8[2,3,6,6]
  xs:f32[] = {0.02}
  xz:u8[] = {120}
  w:i8[4,3,3,3] = random(1)
  ws:f32[4] = {0.01, 0.02, 0.005, 0.015}
  wz:i8[4] = zeros
  ys:f32[] = {0.11}
  b:f32[4] = {0.5, -1, 2, 0}
  DequantizeLinear(x, xs, xz) -> xf
  DequantizeLinear(w, ws, wz){axis=0} -> wf
  Conv(xf, wf, b){pads=[1,1,1,1]} -> c
)";

TEST(Lowering, ConvolutionBecomesOneIntegerOperator) {
  expectLowered(conv + "yz:u8[] = {130}\n QuantizeLinear(c, ys, yz) -> y\n output y", {{"QLinearConv", 1}});
}

TEST(Lowering, ReluAtZeroPointIsAbsorbedBySaturation) {
  expectLowered(conv + "yz:u8[] = {0}\n Relu(c) -> r\n QuantizeLinear(r, ys, yz) -> y\n output y", {{"QLinearConv", 1}});
}

TEST(Lowering, ReluInsideTheRangeIsClamped) {
  expectLowered(conv + "yz:u8[] = {100}\n Relu(c) -> r\n QuantizeLinear(r, ys, yz) -> y\n output y", {{"QLinearConv", 1}, {"QLookup", 1}});
}

TEST(Lowering, ClipInsideTheRangeIsClamped) {
  expectLowered(conv + "yz:u8[] = {0}\n lo:f32[] = {0}\n hi:f32[] = {6}\n Clip(c, lo, hi) -> r\n QuantizeLinear(r, ys, yz) -> y\n output y",
                {{"QLinearConv", 1}, {"QLookup", 1}});
}

TEST(Lowering, AnUnquantizedResultStaysFloat) {
  const Graph graph = test::inferred(conv + "Relu(c) -> y\n output y");
  EXPECT_EQ(operators(*lowerQuantized(graph, {})), operators(graph));
}

TEST(Lowering, ObservedFloatsAreNotFusedAway) {
  const Graph graph = test::inferred(conv + "yz:u8[] = {0}\n QuantizeLinear(c, ys, yz) -> y\n output y");
  CompileOptions options;
  options.observe.insert(graph.valueNamed("c"));
  EXPECT_EQ(operators(*lowerQuantized(graph, options)).count("Conv"), 1U);
}

TEST(Lowering, TwoReadersOfTheFloatsKeepThem) {
  const Graph graph = test::inferred(conv + "yz:u8[] = {0}\n QuantizeLinear(c, ys, yz) -> y\n Relu(c) -> z\n output y\n output z");
  EXPECT_EQ(operators(*lowerQuantized(graph, {})).count("Conv"), 1U);
}

const std::string quantizedInput = R"(
  input x:u8[1,4,4,4]
  s:f32[] = {0.05}
  z:u8[] = {128}
  DequantizeLinear(x, s, z) -> xf
  ys:f32[] = {0.07}
  yz:u8[] = {100}
)";

TEST(Lowering, GemmWithIntegerBias) {
  expectLowered(R"(
    input x:u8[3,8]
    s:f32[] = {0.05}
    z:u8[] = {128}
    w:i8[5,8] = random(2)
    ws:f32[5] = {0.01, 0.02, 0.01, 0.03, 0.01}
    wz:i8[5] = zeros
    b:i32[5] = {100, -200, 300, 0, 50}
    bs:f32[5] = {0.0005, 0.001, 0.0005, 0.0015, 0.0005}
    bz:i32[5] = zeros
    ys:f32[] = {0.09}
    yz:u8[] = {128}
    DequantizeLinear(x, s, z) -> xf
    DequantizeLinear(w, ws, wz){axis=0} -> wf
    DequantizeLinear(b, bs, bz){axis=0} -> bf
    Gemm(xf, wf, bf){transB=1} -> c
    QuantizeLinear(c, ys, yz) -> y
    output y)", {{"QGemm", 1}});
}

TEST(Lowering, ResidualAdd) {
  expectLowered(quantizedInput + R"(
    input r:u8[1,4,4,4]
    DequantizeLinear(r, ys, yz) -> rf
    Add(xf, rf) -> a
    QuantizeLinear(a, ys, yz) -> y
    output y)", {{"QLinearAdd", 1}});
}

TEST(Lowering, PoolingAndMeans) {
  expectLowered(quantizedInput + "GlobalAveragePool(xf) -> a\n QuantizeLinear(a, ys, yz) -> y\n output y", {{"QLinearGlobalAveragePool", 1}});
  expectLowered(quantizedInput + "AveragePool(xf){kernel_shape=[2,2], strides=[2,2]} -> a\n QuantizeLinear(a, ys, yz) -> y\n output y", {{"QLinearAveragePool", 1}});
  expectLowered(quantizedInput + "MaxPool(xf){kernel_shape=[2,2]} -> a\n QuantizeLinear(a, s, z) -> y\n output y", {{"MaxPool", 1}}, 0);
  expectLowered(quantizedInput + "MaxPool(xf){kernel_shape=[2,2]} -> a\n QuantizeLinear(a, ys, yz) -> y\n output y", {{"MaxPool", 1}, {"QLookup", 1}}, 0);
}

TEST(Lowering, FunctionsOfOneValueBecomeExactTables) {
  for (const char* op : {"Sigmoid", "HardSwish", "LeakyRelu", "Tanh", "Relu"})
    expectLowered("opset 14\n" + quantizedInput + std::string(op) + "(xf) -> a\n QuantizeLinear(a, ys, yz) -> y\n output y", {{"QLookup", 1}}, 0);
  expectLowered(quantizedInput + "QuantizeLinear(xf, ys, yz) -> y\n output y", {{"QLookup", 1}}, 0);
}

TEST(Lowering, ConcatOfDifferentScales) {
  expectLowered(quantizedInput + R"(
    input r:u8[1,2,4,4]
    DequantizeLinear(r, ys, yz) -> rf
    Concat(xf, rf){axis=1} -> a
    QuantizeLinear(a, ys, yz) -> y
    output y)", {{"QLinearConcat", 1}});
}

TEST(Lowering, MovedElementsStayIntegers) {
  expectLowered(quantizedInput + "Flatten(xf) -> a\n QuantizeLinear(a, s, z) -> y\n output y", {{"Flatten", 1}}, 0);
  expectLowered(quantizedInput + "Transpose(xf){perm=[0,2,3,1]} -> a\n QuantizeLinear(a, s, z) -> y\n output y", {{"Transpose", 1}}, 0);
}

TEST(Lowering, FixedModeMarksTheOperators) {
  const Graph graph = test::inferred(conv + "yz:u8[] = {0}\n QuantizeLinear(c, ys, yz) -> y\n output y");
  CompileOptions options;
  options.requantization = Requantization::Fixed;
  const Graph lowered = *lowerQuantized(graph, options);
  EXPECT_EQ(lowered.nodes()[0].attributes.getString("requantization", ""), "fixed");
}

}  // namespace
}  // namespace ew
