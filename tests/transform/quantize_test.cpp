// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/ops/infer.h"
#include "core/run/plan.h"
#include "core/transform/quantize/quantize.h"
#include "core/transform/quantize/upgrade.h"
#include "tests/support/graph_text.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

/// Random inputs for the one input of a graph.
class RandomData final : public data::Dataset {
 public:
  explicit RandomData(const Graph& graph) : graph_(graph) {}
  std::int64_t size() const override { return 4; }
  bool labelled() const override { return false; }
  Result<data::Sample> sample(std::int64_t index) const override {
    return data::Sample{test::randomInputs(graph_, static_cast<unsigned>(100 + index)).front(), -1, "random"};
  }

 private:
  const Graph& graph_;
};

Result<PassResult> quantized(const Graph& graph, const QuantizeOptions& options = {}) {
  NoProgress progress;
  if (options.activations == "none") return quantize(graph, options, nullptr, progress);
  const auto calibration = calibrate(graph, BackendSet(), "reference", RandomData(graph), 2048, progress);
  EXPECT_TRUE(calibration.ok()) << calibration.error().text();
  return quantize(graph, options, &*calibration, progress);
}

std::string ops(const Graph& graph) {
  std::string out;
  for (const Node& node : graph.nodes()) out += (node.opType == "QuantizeLinear" ? "Q" : node.opType == "DequantizeLinear" ? "DQ" : node.opType) + " ";
  return out;
}

const Tensor& constant(const Graph& graph, const std::string& name) { return *graph.initializer(graph.valueNamed(name)); }

/// Difference of the outputs on inputs that calibration did not see, relative to the largest output.
double error(const Graph& graph, const Graph& after) {
  const std::vector<Tensor> inputs = test::randomInputs(graph, 102);
  return test::relativeDifference(test::runGraph(graph, inputs), test::runGraph(after, inputs));
}

const char* const network = R"(
  opset 13
  input x:f32[1,3,8,8]
  W:f32[6,3,3,3] = random(1)
  B:f32[6] = random(2)
  V:f32[6,6,1,1] = random(3)
  U:f32[5,6] = random(4)
  C:f32[5] = random(5)
  first: Conv(x, W, B){pads=[1,1,1,1]} -> a
  Relu(a) -> r
  MaxPool(r){kernel_shape=[2,2], strides=[2,2]} -> p
  second: Conv(p, V) -> b
  Add(b, p) -> s
  GlobalAveragePool(s) -> g
  Flatten(g) -> f
  last: Gemm(f, U, C){transB=1} -> z
  Softmax(z) -> y
  output y
)";

TEST(Quantize, PlacesQuantizersAsOnnxRuntimeDoes) {
  const Graph graph = test::graphFromText(network);
  const auto result = quantized(graph);
  const Graph after = test::applied(result);
  ASSERT_TRUE(verify(after).ok());
  const std::string found = ops(after);
  EXPECT_EQ(std::count(found.begin(), found.end(), 'Q'), 2 * 8 + 3 + 2) << found;  // 8 activations, 3 weights, 2 biases
  EXPECT_EQ(after.value(after.inputs()[0]).name, "x");
  EXPECT_EQ(after.value(after.outputs()[0]).name, "y");
  EXPECT_EQ(after.value(after.outputs()[0]).dtype, DType::f32);
  EXPECT_LT(error(graph, after), 0.05);
  // The pool moves values: it takes the scale of what it reads.
  const Node* pool = after.nodeNamed("MaxPool_p");
  const Node* before = after.node(after.producer(pool->input(0)));
  const Node* behind = after.node(after.consumers(pool->output(0)).front());
  EXPECT_EQ(before->input(1), behind->input(1));
  EXPECT_EQ(test::verdictOf(result->verdicts, "first").reason, "weights int8 per channel, activations uint8");
  EXPECT_EQ(test::verdictOf(result->verdicts, "Relu_r").reason, "inside the layer before it");
  EXPECT_EQ(test::verdictOf(result->verdicts, "Softmax_y").reasonKey, "no-integer-form");
}

TEST(Quantize, EveryLayerCanRunOnIntegers) {
  const Graph graph = test::graphFromText(network);
  const Graph after = test::applied(quantized(graph));
  const auto lowered = lowerQuantized(after, {});
  ASSERT_TRUE(lowered.ok());
  EXPECT_EQ(ops(*lowered), "Q QLinearConv MaxPool QLinearConv QLinearAdd QLinearGlobalAveragePool Flatten QGemm DQ Softmax ");
  EXPECT_LT(error(graph, *lowered), 0.05);
}

TEST(Quantize, WeightsAreSymmetricWithAScaleAChannel) {
  const Graph graph = test::graphFromText(network);
  const Graph after = test::applied(quantized(graph));
  const auto floats = constant(graph, "W").data<float>();
  const auto integers = constant(after, "W_quantized").data<std::int8_t>();
  const auto scales = constant(after, "W_scale").data<float>();
  ASSERT_EQ(scales.size(), 6U);
  for (std::size_t c = 0; c < 6; ++c) {
    float largest = 0;
    for (std::size_t i = 0; i < 27; ++i) largest = std::max(largest, std::abs(floats[c * 27 + i]));
    EXPECT_FLOAT_EQ(scales[c], largest / 127);
    for (std::size_t i = 0; i < 27; ++i) EXPECT_LE(std::abs(static_cast<float>(integers[c * 27 + i]) * scales[c] - floats[c * 27 + i]), scales[c] * 0.5001F);
  }
  const auto bias = constant(after, "B_quantized").data<std::int32_t>();
  const float inputScale = constant(after, "x_scale").data<float>()[0];
  for (std::size_t c = 0; c < 6; ++c)
    EXPECT_NEAR(static_cast<float>(bias[c]) * inputScale * scales[c], constant(graph, "B").data<float>()[c], inputScale * scales[c]);
}

TEST(Quantize, OneScaleATensorWhenAsked) {
  QuantizeOptions options;
  options.granularity = "tensor";
  const Graph graph = test::graphFromText(network);
  const Graph after = test::applied(quantized(graph, options));
  EXPECT_EQ(constant(after, "W_scale").rank(), 0U);
  EXPECT_EQ(constant(after, "B_quantized_scale").rank(), 0U);
  EXPECT_LT(error(graph, after), 0.08);
}

TEST(Quantize, SignedActivationsAreSymmetric) {
  QuantizeOptions options;
  options.activations = "int8";
  const Graph graph = test::graphFromText(network);
  const Graph after = test::applied(quantized(graph, options));
  EXPECT_EQ(constant(after, "x_zero_point").dtype(), DType::i8);
  EXPECT_EQ(constant(after, "x_zero_point").data<std::int8_t>()[0], 0);
  EXPECT_LT(error(graph, after), 0.08);
}

TEST(Quantize, WeightsOnlyNeedsNoData) {
  QuantizeOptions options;
  options.activations = "none";
  const Graph graph = test::graphFromText(network);
  const Graph after = test::applied(quantized(graph, options));
  EXPECT_EQ(ops(after).find("Q "), ops(after).find("DQ ") + 1);
  EXPECT_EQ(constant(after, "W_quantized").dtype(), DType::i8);
  EXPECT_NE(after.valueNamed("B"), kNone);
  EXPECT_LT(error(graph, after), 0.03);
}

TEST(Quantize, AZeroChannelKeepsItsBias) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1,2,3,3]
    W:f32[2,2,1,1] = {0,0,1,2}
    B:f32[2] = {0.7, -0.3}
    Conv(x, W, B) -> y
    output y
  )");
  const Graph after = test::applied(quantized(graph));
  EXPECT_GT(constant(after, "W_scale").data<float>()[0], 0);
  const std::vector<Tensor> outputs = test::runGraph(after, test::randomInputs(graph, 102));
  EXPECT_NEAR(outputs[0].data<float>()[0], 0.7F, 0.03F);
}

TEST(Quantize, AHugeBiasBesideTinyWeightsFits) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1,2,3,3]
    W:f32[2,2,1,1] = {1e-12,1e-12,1,2}
    B:f32[2] = {5, -0.3}
    Conv(x, W, B) -> y
    output y
  )");
  EXPECT_LT(error(graph, test::applied(quantized(graph))), 0.02);
}

TEST(Quantize, RulesLeaveLayersInFloat) {
  QuantizeOptions options;
  options.layers["sec*"] = {"float", "float"};
  options.layers["first"] = {"int8", "none"};
  const Graph graph = test::graphFromText(network);
  const auto result = quantized(graph, options);
  const Graph after = test::applied(result);
  EXPECT_NE(after.valueNamed("V"), kNone);
  EXPECT_EQ(after.valueNamed("W"), kNone);
  EXPECT_EQ(after.valueNamed("x_scale"), kNone);
  EXPECT_EQ(test::verdictOf(result->verdicts, "second").reasonKey, "excluded-by-recipe");
  EXPECT_LT(error(graph, after), 0.05);
}

TEST(Quantize, ValuesWithoutARangeStayFloat) {
  const Graph graph = test::graphFromText(network);
  NoProgress progress;
  const CalibrationResult nothing;
  const auto result = quantize(graph, {}, &nothing, progress);
  EXPECT_EQ(test::verdictOf(result->verdicts, "first").reasonKey, "no-calibration");
  EXPECT_EQ(ops(test::applied(result)), ops(graph));
}

TEST(Quantize, ScoresThatRankTheAnswersAreNotClipped) {
  QuantizeOptions options;
  options.calibrator = "mse";
  const Graph graph = test::graphFromText(network);
  NoProgress progress;
  auto calibration = *calibrate(graph, BackendSet(), "reference", RandomData(graph), 2048, progress);
  for (const char* const name : {"r", "z"}) {
    analysis::Histogram& histogram = calibration.histograms.at(name);
    histogram.range.high *= 20;  // one far outlier
    histogram.range.low = 0;
    histogram.counts.assign(2048, 0);
    for (std::size_t i = 0; i < 100; ++i) histogram.counts[i] = 100000;
    histogram.counts[2047] = 1;
    histogram.total = 10000001;
    histogram.zeros = 0;
  }
  const Graph after = test::applied(quantize(graph, options, &calibration, progress));
  const auto reach = [&](const std::string& name) {
    return static_cast<double>(constant(after, name + "_scale").data<float>()[0]) * 255 / calibration.histograms.at(name).range.high;
  };
  EXPECT_LT(reach("r"), 0.5);
  EXPECT_NEAR(reach("z"), 1, 1e-3);
}

TEST(Quantize, ElementwiseOperatorsAndConstants) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[2,4]
    W:f32[4,6] = random(1)
    b:f32[6] = random(2)
    half:f32[] = {0.5}
    MatMul(x, W) -> a
    Add(a, b) -> c
    Sigmoid(c) -> d
    Mul(d, half) -> e
    Concat(e, c){axis=1} -> f
    LeakyRelu(f) -> y
    output y
  )");
  const Graph after = test::applied(quantized(graph));
  EXPECT_LT(error(graph, after), 0.03);
  const auto lowered = lowerQuantized(after, {});
  EXPECT_EQ(ops(*lowered), "Q QLinearMatMul QLinearAdd QLookup QLinearConcat QLookup DQ ");
}

TEST(Quantize, SharedWeightsAreStoredOnce) {
  const Graph graph = test::graphFromText(R"(
    opset 13
    input x:f32[1,4]
    W:f32[4,4] = random(1)
    Gemm(x, W) -> a
    Gemm(a, W) -> y
    output y
  )");
  const Graph after = test::applied(quantized(graph));
  EXPECT_EQ(std::count_if(after.initializers().begin(), after.initializers().end(), [](const auto& each) { return each.second.rank() == 2; }), 1);
  EXPECT_LT(error(graph, after), 0.05);
}

TEST(Quantize, RefusesWhatItCannotDo) {
  const Graph graph = test::graphFromText(network);
  const auto message = [&](auto change, bool calibrated = true) {
    QuantizeOptions options;
    change(options);
    NoProgress progress;
    const CalibrationResult calibration;
    const auto result = quantize(graph, options, calibrated ? &calibration : nullptr, progress);
    return result.ok() ? std::string("accepted") : result.error().text();
  };
  EXPECT_NE(message([](auto& o) { o.weights = "int4"; }).find("weights is 'int4'; it must be one of int8"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.activations = "int16"; }).find("uint8, int8, none"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.calibrator = "guess"; }).find("mse"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.layers["frist"] = {"float", "float"}; }).find("did you mean 'first'"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.layers["first"] = {"int4", "uint8"}; }).find("of layer 'first'"), std::string::npos);
  EXPECT_NE(message([](auto&) {}, false).find("calibration data"), std::string::npos);
  NoProgress progress;
  const CalibrationResult calibration;
  const auto again = quantize(test::applied(quantized(graph)), {}, &calibration, progress);
  EXPECT_NE(again.error().text().find("quantized already"), std::string::npos);
}

class Upgrades : public testing::TestWithParam<const char*> {};

TEST_P(Upgrades, KeepTheMeaningOfOlderOperators) {
  const Graph before = test::graphFromText(GetParam());
  const auto inference = ew::ops::inferShapes(before);
  ASSERT_TRUE(inference.ok()) << inference.error().text();
  GraphEdit edit(inference->graph);
  const Status status = upgradeToOpset13(edit);
  ASSERT_TRUE(status.ok()) << status.error().text();
  const Graph after = *std::move(edit).apply();
  EXPECT_EQ(after.opset(), 13);
  const std::vector<Tensor> inputs = test::randomInputs(before, 3);
  EXPECT_EQ(test::relativeDifference(test::runGraph(before, inputs), test::runGraph(after, inputs)), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Quantize, Upgrades,
    testing::Values("opset 6\n input x:f32[2,3,4,5]\n b:f32[3] = random(1)\n Add(x, b){broadcast=1, axis=1} -> a\n c:f32[4,5] = random(2)\n Mul(a, c){broadcast=1} -> y\n output y",
                    "opset 6\n input x:f32[2,3,4,5]\n s:f32[3] = random(1)\n PRelu(x, s) -> a\n Dropout(a){is_test=1} -> y\n output y",
                    "opset 11\n input x:f32[2,3,4,5]\n Softmax(x){axis=1} -> y\n output y",
                    "opset 11\n input x:f32[2,3,4,5]\n Softmax(x) -> y\n output y",
                    "opset 11\n input x:f32[N,3,1,1]\n LogSoftmax(x){axis=1} -> y\n output y",
                    "opset 9\n input x:f32[2,3]\n Softmax(x){axis=-1} -> y\n output y",
                    "opset 11\n input x:f32[2,1,4]\n Squeeze(x){axes=[1]} -> a\n Unsqueeze(a){axes=[0]} -> y\n output y",
                    "opset 11\n input x:f32[2,3,4]\n ReduceSum(x){axes=[1], keepdims=0} -> y\n output y",
                    "opset 11\n input x:f32[2,4]\n Split(x){axis=1, split=[1,3]} -> a, y\n output y",
                    "opset 9\n input x:f32[2,4]\n Slice(x){axes=[1], starts=[1], ends=[3]} -> y\n output y",
                    "opset 10\n input x:f32[2,4]\n Clip(x){min=-0.5, max=0.25} -> a\n Pad(a){pads=[0,1,0,2], value=3.0} -> y\n output y",
                    "opset 10\n input x:f32[2,4]\n Clip(x){max=0.25} -> a\n Dropout(a){ratio=0.3} -> y\n output y",
                    "opset 9\n input x:f32[1,2,3,3]\n s:f32[4] = {1,1,2,2}\n Upsample(x, s) -> y\n output y",
                    "opset 10\n input x:f32[1,2,4,4]\n s:f32[4] = {1,1,0.5,0.5}\n Resize(x, s) -> y\n output y"));

}  // namespace
}  // namespace ew::transform
