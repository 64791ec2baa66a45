// SPDX-License-Identifier: Apache-2.0
// The expected numbers follow from the formulas of QONNX's specification by hand.
#include <gtest/gtest.h>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Floats = std::vector<float>;

Tensor quant(const Floats& x, float scale, float zero, float bits, Attributes attributes = {}, const std::string& domain = "qonnx.custom_op.general") {
  return outputOf({"Quant", {Tensor::vector(x), Tensor::scalar(scale), Tensor::scalar(zero), Tensor::scalar(bits)}, std::move(attributes), 1, 1, domain});
}

TEST(Qonnx, QuantClampsToTheRangeOfItsBits) {
  EXPECT_TRUE(quant({-10, -1.1F, 0.25F, 0.75F, 10}, 0.5F, 0, 3).equals(Tensor::vector<float>({-2, -1, 0, 1, 1.5F})));
  const auto narrow = attributesOf({{"narrow", std::int64_t{1}}});
  EXPECT_TRUE(quant({-10, 10}, 0.5F, 0, 3, narrow).equals(Tensor::vector<float>({-1.5F, 1.5F})));
  const auto whole = attributesOf({{"signed", std::int64_t{0}}});
  EXPECT_TRUE(quant({-1, 3, 99}, 1, 0, 2, whole).equals(Tensor::vector<float>({0, 3, 3})));
  const auto both = attributesOf({{"signed", std::int64_t{0}}, {"narrow", std::int64_t{1}}});
  EXPECT_TRUE(quant({-1, 3, 99}, 1, 0, 2, both).equals(Tensor::vector<float>({0, 2, 2})));
}

TEST(Qonnx, QuantWithAZeroPointAndOneBit) {
  const auto whole = attributesOf({{"signed", std::int64_t{0}}});
  EXPECT_TRUE(quant({-9, 0, 4, 99}, 1, 3, 4, whole).equals(Tensor::vector<float>({-3, 0, 4, 12})));
  EXPECT_TRUE(quant({-0.1F, 0, 5}, 0.25F, 0, 1).equals(Tensor::vector<float>({-0.25F, 0.25F, 0.25F})));
}

TEST(Qonnx, QuantRoundsAsItIsTold) {
  const Floats x{-2.5F, -1.5F, -0.4F, 0.4F, 0.5F, 1.5F, 2.5F};
  const std::vector<std::pair<std::string, Floats>> modes{
      {"ROUND", {-2, -2, 0, 0, 0, 2, 2}},       {"half_even", {-2, -2, 0, 0, 0, 2, 2}}, {"CEIL", {-2, -1, 0, 1, 1, 2, 3}},
      {"FLOOR", {-3, -2, -1, 0, 0, 1, 2}},      {"UP", {-3, -2, -1, 1, 1, 2, 3}},       {"DOWN", {-2, -1, 0, 0, 0, 1, 2}},
      {"ROUND_TO_ZERO", {-2, -1, 0, 0, 0, 1, 2}}, {"HALF_UP", {-3, -2, 0, 0, 1, 2, 3}}, {"HALF_DOWN", {-2, -1, 0, 0, 0, 1, 2}}};
  for (const auto& [mode, expected] : modes) {
    const Tensor out = quant(x, 1, 0, 8, attributesOf({{"rounding_mode", mode}}));
    for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(out.data<float>()[i], expected[i]) << mode << " of " << x[i];
  }
  EXPECT_EQ(errorOf({"Quant", {Tensor::vector(x), Tensor::scalar(1.0F), Tensor::scalar(0.0F), Tensor::scalar(8.0F)}, attributesOf({{"rounding_mode", std::string("ODD")}}), 1, 1, "onnx.brevitas"}),
            ErrorCode::Unsupported);
}

TEST(Qonnx, OldNamesOfTheDomainMeanTheSame) {
  for (const char* domain : {"onnx.brevitas", "finn.custom_op.general"}) EXPECT_TRUE(quant({3.3F}, 0.5F, 0, 8, {}, domain).equals(Tensor::vector<float>({3.5F})));
}

TEST(Qonnx, ScalesByChannel) {
  const Tensor out = outputOf({"Quant", {Tensor::of<float>({1, 2, 2}, {1, 2, 1, 2}), Tensor::of<float>({1, 2, 1}, {1, 4}), Tensor::scalar(0.0F), Tensor::scalar(4.0F)}, {}, 1, 1, "qonnx.custom_op.general"});
  EXPECT_TRUE(out.equals(Tensor::of<float>({1, 2, 2}, {1, 2, 0, 0})));
}

TEST(Qonnx, BipolarAndTrunc) {
  const std::string domain = "qonnx.custom_op.general";
  EXPECT_TRUE(outputOf({"BipolarQuant", {Tensor::vector<float>({-3, 0, 2}), Tensor::scalar(0.5F)}, {}, 1, 1, domain}).equals(Tensor::vector<float>({-0.5F, 0.5F, 0.5F})));
  // 8 bits to 6: steps of 0.5 are divided by 4 and rounded down.
  EXPECT_TRUE(outputOf({"Trunc", {Tensor::vector<float>({-1, 3.5F, 8}), Tensor::scalar(0.5F), Tensor::scalar(0.0F), Tensor::scalar(8.0F), Tensor::scalar(6.0F)}, {}, 1, 1, domain})
                  .equals(Tensor::vector<float>({-0.5F, 0.5F, 2})));
}

}  // namespace
}  // namespace ew::test
