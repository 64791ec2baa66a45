// SPDX-License-Identifier: Apache-2.0
// Operands and attributes that ask for the impossible, for the operators of attention, strings, regions and few bits.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;
constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();

Tensor floats(Dims dims) { return Tensor::zeros(DType::f32, std::move(dims)); }

TEST(HostileOperands, AttentionWhoseHeadsDoNotFit) {
  const auto heads = [](std::int64_t q, std::int64_t kv) {
    return attributesOf({{"q_num_heads", q}, {"kv_num_heads", kv}, {"update_rule", std::string("linear")}});
  };
  const Tensor x = floats({1, 2, 4});
  EXPECT_EQ(errorOf({"LinearAttention", {x, x, x}, heads(2, 2), 27, 2}), std::nullopt);
  EXPECT_EQ(errorOf({"LinearAttention", {x, x, x}, heads(huge, 1), 27, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"LinearAttention", {x, x, x}, heads(3, 2), 27, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"LinearAttention", {x, x, floats({1, 3, 4})}, heads(2, 2), 27, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"FlexAttention", {floats({1, 3, 2, 2}), floats({1, 2, 2, 2}), floats({1, 2, 2, 2})}, {}, 1, 1, "ai.onnx.preview"}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"FlexAttention", {floats({1, 2, 2, 2}), floats({1, 0, 2, 2}), floats({1, 0, 2, 2})}, {}, 1, 1, "ai.onnx.preview"}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"FlexAttention", {floats({1, 1, 0, 2}), floats({1, 1, 0, 2}), floats({1, 1, 0, 2})}, {}, 1, 1, "ai.onnx.preview"}), std::nullopt);
}

TEST(HostileOperands, ConvolutionsThatReadFarOutside) {
  Tensor offset = floats({1, 2, 2, 2});
  for (float& value : offset.mutableData<float>()) value = 1e30F;
  offset.mutableData<float>()[0] = NAN;
  const Tensor out = outputOf({"DeformConv", {floats({1, 1, 2, 2}), floats({1, 1, 1, 1}), offset}, {}, 19});
  for (const float value : out.data<float>()) EXPECT_EQ(value, 0);
  EXPECT_EQ(errorOf({"DeformConv", {floats({1, 1, 2, 2}), floats({1, 1, 1, 1}), floats({1, 2, 1, 1})}, {}, 19}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"DeformConv", {floats({1, 1, 2, 2}), floats({1, 1, 1, 1}), offset}, attributesOf({{"offset_group", std::int64_t{0}}}), 19}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"CausalConvWithState", {floats({1, 1, 2}), floats({1, 1, 0})}, {}, 27, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"MaxRoiPool", {floats({1, 1, 2, 2}), Tensor::of<float>({1, 5}, {0, NAN, 0, 1, 1})}, attributesOf({{"pooled_shape", Ints{1, 1}}})}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"MaxRoiPool", {floats({1, 1, 2, 2}), Tensor::of<float>({1, 5}, {7, 0, 0, 1, 1})}, attributesOf({{"pooled_shape", Ints{1, 1}}})}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"MaxRoiPool", {floats({1, 1, 2, 2}), Tensor::of<float>({1, 5}, {0, -1e30F, -1e30F, 1e30F, 1e30F})}, attributesOf({{"pooled_shape", Ints{2, 2}}})}), std::nullopt);
}

TEST(HostileOperands, WeightsOfFewBitsThatDoNotFit) {
  const auto format = [](std::int64_t k, std::int64_t n, std::int64_t bits, std::int64_t block) {
    return attributesOf({{"K", k}, {"N", n}, {"bits", bits}, {"block_size", block}});
  };
  const Tensor a = floats({1, 16}), b = Tensor::zeros(DType::u8, {1, 1, 8}), scales = floats({1});
  const auto errorFor = [&](Attributes attributes) { return errorOf({"MatMulNBits", {a, b, scales}, std::move(attributes), 1, 1, "com.microsoft"}); };
  EXPECT_EQ(errorFor(format(16, 1, 4, 16)), std::nullopt);
  EXPECT_EQ(errorFor(format(16, 1, 3, 16)), ErrorCode::Unsupported);
  EXPECT_EQ(errorFor(format(16, huge, 4, 16)), ErrorCode::Invalid);
  EXPECT_EQ(errorFor(format(16, 2, 4, 16)), ErrorCode::Invalid);
  EXPECT_EQ(errorFor(format(16, 1, 4, 17)), ErrorCode::Invalid);
  EXPECT_EQ(errorFor(format(16, 1, 8, 16)), ErrorCode::Invalid);
}

TEST(HostileOperands, NGramsThatDoNotFitTheirPool) {
  const auto attributes = [](Ints counts, Ints indexes, std::int64_t skips) {
    return attributesOf({{"mode", std::string("TF")}, {"min_gram_length", std::int64_t{1}}, {"max_gram_length", huge}, {"max_skip_count", skips},
                         {"ngram_counts", std::move(counts)}, {"ngram_indexes", std::move(indexes)}, {"pool_int64s", Ints{1, 2, 3, 4}}});
  };
  const Tensor x = Tensor::vector<std::int64_t>({1, 2, 3});
  EXPECT_EQ(errorOf({"TfIdfVectorizer", {x}, attributes({0, 2}, {0, 1, 2}, huge - 1)}), std::nullopt);
  EXPECT_EQ(errorOf({"TfIdfVectorizer", {x}, attributes({0, 9}, {0, 1, 2}, 0)}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"TfIdfVectorizer", {x}, attributes({-1}, {0, 1, 2}, 0)}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"TfIdfVectorizer", {x}, attributes({0}, {0}, 0)}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"TfIdfVectorizer", {x}, attributes({0, 2}, {0, 1, huge}, 0)}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"TfIdfVectorizer", {x}, attributes({0, 2}, {0, 1, INT32_MAX - 1}, 0)}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"TfIdfVectorizer", {x}, attributes({0, 2}, {}, 0)}), ErrorCode::Invalid);
}

TEST(HostileOperands, PatternsAndSplitsThatGrow) {
  const Tensor text = Tensor::strings({1}, {std::string(1 << 20, 'a')});
  EXPECT_EQ(errorOf({"RegexFullMatch", {text}, attributesOf({{"pattern", std::string("(a{900}){10}")}}), 20}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"RegexFullMatch", {text}, attributesOf({{"pattern", std::string("(")}}), 20}), ErrorCode::Invalid);
  std::vector<std::string> rows(64, "x");
  rows[0] = std::string(1 << 19, ',');
  EXPECT_EQ(errorOf({"StringSplit", {Tensor::strings({64}, std::move(rows))}, attributesOf({{"delimiter", std::string(",")}}), 20, 2}), ErrorCode::Limit);
}

}  // namespace
}  // namespace ew::test
