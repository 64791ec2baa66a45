// SPDX-License-Identifier: Apache-2.0
// Quantized layers against sums written out here, in both modes of requantization.
#include <gtest/gtest.h>

#include "core/ops/requantize.h"
#include "tests/ops/run_op.h"
#include "tests/support/graph_text.h"

namespace ew::test {
namespace {

constexpr float xScale = 0.05F, yScale = 0.8F;

OpCall convolution(const std::string& mode) {
  return {.op = "QLinearConv",
          .inputs = {randomTensor(DType::u8, {2, 4, 5, 6}, 1), Tensor::scalar(xScale), Tensor::scalar<std::uint8_t>(120),
                     randomTensor(DType::i8, {6, 2, 3, 3}, 2), Tensor::vector<float>({.01F, .02F, .03F, .04F, .05F, .06F}),
                     Tensor::vector<std::int8_t>({0, 0, 0, 0, 0, 0}), Tensor::scalar(yScale), Tensor::scalar<std::uint8_t>(128),
                     Tensor::vector<std::int32_t>({100, -100, 2000, 0, 5, -700})},
          .attributes = attributesOf({{"group", std::int64_t{2}},
                                      {"pads", std::vector<std::int64_t>{1, 0, 1, 2}},
                                      {"strides", std::vector<std::int64_t>{2, 1}},
                                      {"requantization", mode}})};
}

/// Sum of one output element of convolution(): two groups of two channels, stride 2 by 1, pads 1 and 0 before.
std::int32_t convolutionSum(const OpCall& call, std::int64_t n, std::int64_t m, std::int64_t oy, std::int64_t ox) {
  const auto x = call.inputs[0].data<std::uint8_t>();
  const auto w = call.inputs[3].data<std::int8_t>();
  std::int32_t sum = call.inputs[8].data<std::int32_t>()[static_cast<std::size_t>(m)];
  for (std::int64_t c = 0; c < 2; ++c)
    for (std::int64_t ky = 0; ky < 3; ++ky)
      for (std::int64_t kx = 0; kx < 3; ++kx) {
        const std::int64_t iy = oy * 2 + ky - 1, ix = ox + kx;
        if (iy < 0 || iy >= 5 || ix >= 6) continue;
        const std::int64_t channel = m / 3 * 2 + c;
        sum += (x[static_cast<std::size_t>(((n * 4 + channel) * 5 + iy) * 6 + ix)] - 120) * w[static_cast<std::size_t>(((m * 2 + c) * 3 + ky) * 3 + kx)];
      }
  return sum;
}

void expectConvolution(const std::string& mode) {
  const OpCall call = convolution(mode);
  const Tensor y = outputOf(call);
  ASSERT_EQ(y.dims(), (Dims{2, 6, 3, 6}));
  ASSERT_EQ(y.dtype(), DType::u8);
  std::size_t at = 0;
  for (std::int64_t n = 0; n < 2; ++n)
    for (std::int64_t m = 0; m < 6; ++m)
      for (std::int64_t oy = 0; oy < 3; ++oy)
        for (std::int64_t ox = 0; ox < 6; ++ox) {
          const float multiplier = (xScale * call.inputs[4].data<float>()[static_cast<std::size_t>(m)]) / yScale;
          const std::int32_t sum = convolutionSum(call, n, m, oy, ox);
          const int expected = mode == "fixed" ? ops::requantizeFixed<std::uint8_t>(sum, ops::fixedMultiplier(multiplier), 128)
                                               : ops::requantizeFloat<std::uint8_t>(sum, multiplier, 128);
          ASSERT_EQ(y.data<std::uint8_t>()[at++], expected) << n << "," << m << "," << oy << "," << ox;
        }
}

TEST(QLinearConv, FloatModeMatchesTheSumsWrittenOut) { expectConvolution("float"); }
TEST(QLinearConv, FixedModeMatchesTheSumsWrittenOut) { expectConvolution("fixed"); }

TEST(QLinearConv, RefusesAModeThatItDoesNotKnow) { EXPECT_EQ(errorOf(convolution("round")), ErrorCode::Invalid); }

TEST(QLinearConv, ScaleOfZeroForTheOutputIsInvalid) {
  OpCall call = convolution("float");
  call.inputs[6] = Tensor::scalar(0.0F);
  EXPECT_EQ(errorOf(call), ErrorCode::Invalid);
}

OpCall product(const std::string& op, const std::string& domain, std::vector<Tensor> inputs, Attributes attributes = {}) {
  return {.op = op, .inputs = std::move(inputs), .attributes = std::move(attributes), .domain = domain};
}

TEST(QGemm, TransposedOperandAndBiasByColumn) {
  // A = [[1, 2], [3, 4]] about a zero point of 1; B' is the transpose of [[1, -1], [2, 0], [3, 5]].
  const OpCall call = product("QGemm", "com.microsoft",
                              {Tensor::of<std::uint8_t>({2, 2}, {1, 2, 3, 4}), Tensor::scalar(0.5F), Tensor::scalar<std::uint8_t>(1),
                               Tensor::of<std::int8_t>({3, 2}, {1, -1, 2, 0, 3, 5}), Tensor::scalar(2.0F), Tensor::scalar<std::int8_t>(0),
                               Tensor::vector<std::int32_t>({10, 20, 30}), Tensor::scalar(0.5F), Tensor::scalar<std::uint8_t>(3)},
                              attributesOf({{"transB", std::int64_t{1}}}));
  // Sums: [0,1]·rows = -1, 0, 5 and [2,3]·rows = -1, 4, 21; multiplier 2, zero point 3.
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<std::uint8_t>({2, 3}, {21, 43, 73, 21, 51, 105})));
}

TEST(QGemm, WithoutOutputScaleGivesFloats) {
  const OpCall call = product("QGemm", "com.microsoft",
                              {Tensor::of<std::uint8_t>({1, 2}, {1, 2}), Tensor::scalar(0.5F), Tensor::scalar<std::uint8_t>(0),
                               Tensor::of<std::int8_t>({2, 1}, {3, -1}), Tensor::scalar(0.25F), Tensor::scalar<std::int8_t>(0)},
                              attributesOf({{"alpha", 2.0F}}));
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<float>({1, 1}, {0.25F})));
}

TEST(QLinearMatMul, ScalesByRowAndByColumn) {
  const OpCall call = product("QLinearMatMul", "",
                              {Tensor::of<std::int8_t>({2, 1}, {10, 10}), Tensor::vector<float>({1.0F, 0.5F}), Tensor::vector<std::int8_t>({0, 0}),
                               Tensor::of<std::int8_t>({1, 2}, {1, 2}), Tensor::vector<float>({1.0F, 2.0F}), Tensor::vector<std::int8_t>({0, 0}),
                               Tensor::scalar(1.0F), Tensor::scalar<std::int8_t>(0)});
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<std::int8_t>({2, 2}, {10, 40, 5, 20})));
}

TEST(QLinearAdd, BroadcastsAndRoundsHalfToEven) {
  const OpCall call = product("QLinearAdd", "com.microsoft",
                              {Tensor::of<std::int8_t>({2, 2}, {1, 2, 3, 100}), Tensor::scalar(0.5F), Tensor::scalar<std::int8_t>(0),
                               Tensor::of<std::int8_t>({1}, {2}), Tensor::scalar(1.0F), Tensor::scalar<std::int8_t>(0), Tensor::scalar(1.0F),
                               Tensor::scalar<std::int8_t>(-1)});
  // 0.5 + 2 = 2.5 -> 2, 3, 3.5 -> 4, 52, each with the zero point -1.
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<std::int8_t>({2, 2}, {1, 2, 3, 51})));
}

TEST(QLinearConcat, EachPartComesToTheCommonScale) {
  const OpCall call = product("QLinearConcat", "com.microsoft",
                              {Tensor::scalar(1.0F), Tensor::scalar<std::uint8_t>(10), Tensor::of<std::uint8_t>({1, 2}, {3, 4}), Tensor::scalar(2.0F),
                               Tensor::scalar<std::uint8_t>(3), Tensor::of<std::uint8_t>({1, 1}, {200}), Tensor::scalar(0.5F), Tensor::scalar<std::uint8_t>(0)},
                              attributesOf({{"axis", std::int64_t{1}}}));
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<std::uint8_t>({1, 3}, {10, 12, 110})));
}

TEST(QLinearAveragePool, PaddingCountsAsTheZeroPoint) {
  const OpCall call = product("QLinearAveragePool", "com.microsoft",
                              {Tensor::of<std::uint8_t>({1, 1, 2, 2}, {12, 14, 16, 18}), Tensor::scalar(1.0F), Tensor::scalar<std::uint8_t>(10),
                               Tensor::scalar(0.5F), Tensor::scalar<std::uint8_t>(0)},
                              attributesOf({{"kernel_shape", std::vector<std::int64_t>{2, 2}},
                                            {"pads", std::vector<std::int64_t>{1, 1, 0, 0}},
                                            {"count_include_pad", std::int64_t{1}}}));
  // Sums without zero point 2, 6, 8, 20, each over 4 and halved by the scale.
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<std::uint8_t>({1, 1, 2, 2}, {1, 3, 4, 10})));
}

TEST(QLookup, ReadsTheTableFromTheLowestByteOn) {
  Tensor table = Tensor::zeros(DType::u8, {256});
  for (std::size_t i = 0; i < 256; ++i) table.mutableData<std::uint8_t>()[i] = static_cast<std::uint8_t>(255 - i);
  const OpCall call = product("QLookup", "edgewright", {Tensor::vector<std::int8_t>({-128, 0, 127}), table});
  EXPECT_TRUE(outputOf(call).equals(Tensor::vector<std::uint8_t>({255, 127, 0})));
}

TEST(QuantizeLinear, BlocksAlongAnAxisHaveTheirOwnScale) {
  const OpCall call{.op = "QuantizeLinear",
                    .inputs = {Tensor::of<float>({1, 5}, {1, 2, 3, 4, 5}), Tensor::of<float>({1, 3}, {1, 0.5F, 0.25F}), Tensor::zeros(DType::i4, {1, 3})},
                    .attributes = attributesOf({{"axis", std::int64_t{1}}, {"block_size", std::int64_t{2}}}),
                    .opset = 21};
  const Tensor y = outputOf(call);
  ASSERT_EQ(y.dtype(), DType::i4);
  EXPECT_EQ(*toInts(y), (std::vector<std::int64_t>{1, 2, 6, 7, 7}));
}

TEST(DequantizeLinear, AxisParametersAndHalfScale) {
  const OpCall call{.op = "DequantizeLinear",
                    .inputs = {Tensor::of<std::uint8_t>({2, 2}, {5, 6, 7, 8}), Tensor::of<Half>({2}, {Half(0.5F), Half(2.0F)}),
                               Tensor::vector<std::uint8_t>({5, 6})},
                    .attributes = attributesOf({{"axis", std::int64_t{0}}}),
                    .opset = 19};
  const Tensor y = outputOf(call);
  ASSERT_EQ(y.dtype(), DType::f16);
  EXPECT_EQ(*toDoubles(y), (std::vector<double>{0, 0.5, 2, 4}));
}

}  // namespace
}  // namespace ew::test
