// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

Tensor castTo(DType type, const Tensor& from, std::int64_t opset = 21, std::int64_t saturate = 1) {
  return outputOf({"Cast", {from}, attributesOf({{"to", std::int64_t{dtypeToOnnx(type)}}, {"saturate", saturate}}), opset});
}

TEST(Cast, RoundsDoublesToHalfOnce) {
  // Just above the tie between 1 and the next half: through float it would become the tie, and round down to even.
  const double tie = 1 + std::ldexp(1.0, -11);
  EXPECT_EQ(castTo(DType::f16, Tensor::scalar(tie)).data<std::uint16_t>()[0], 0x3C00);
  EXPECT_EQ(castTo(DType::f16, Tensor::scalar(tie + std::ldexp(1.0, -40))).data<std::uint16_t>()[0], 0x3C01);
  EXPECT_EQ(castTo(DType::f16, Tensor::scalar(tie - std::ldexp(1.0, -40))).data<std::uint16_t>()[0], 0x3C00);
}

TEST(Cast, SaturatesEightBitFloatsOnlyWhenToldTo) {
  EXPECT_EQ(castTo(DType::f8e4m3, Tensor::scalar(1e6F)).data<std::uint8_t>()[0], 0x7E);
  EXPECT_EQ(castTo(DType::f8e4m3, Tensor::scalar(1e6F), 21, 0).data<std::uint8_t>()[0], 0x7F);
}

TEST(Cast, DropsHighBitsOfIntegers) {
  EXPECT_TRUE(castTo(DType::i8, Tensor::scalar<std::int32_t>(200)).equals(Tensor::scalar<std::int8_t>(-56)));
  EXPECT_TRUE(castTo(DType::f32, Tensor::scalar(UINT64_MAX)).equals(Tensor::scalar(18446744073709551616.0F)));
}

TEST(Cast, TruncatesFloatsAndDefinesWhatDoesNotFit) {
  EXPECT_TRUE(castTo(DType::i32, Tensor::vector<float>({-1.9F, 1.9F, NAN, 1e20F})).equals(Tensor::vector<std::int32_t>({-1, 1, 0, INT32_MAX})));
}

TEST(Cast, ReadsAndWritesText) {
  EXPECT_TRUE(castTo(DType::f32, Tensor::strings({3}, {"1.5", "-INF", "1e3"})).equals(Tensor::vector<float>({1.5F, -INFINITY, 1000})));
  EXPECT_TRUE(castTo(DType::string, Tensor::vector<float>({1.5F, 100000, 1e-7F})).equals(Tensor::strings({3}, {"1.5", "100000.0", "1e-07"})));
  EXPECT_EQ(errorOf({"Cast", {Tensor::strings({1}, {"12a"})}, attributesOf({{"to", std::int64_t{1}}})}), ErrorCode::Invalid);
}

TEST(Cast, TruncatesToBfloat16UntilOpset18) {
  EXPECT_EQ(castTo(DType::bf16, Tensor::scalar(1.00781F), 13).data<std::uint16_t>()[0], 0x3F80);
  EXPECT_EQ(castTo(DType::bf16, Tensor::scalar(1.00781F), 19).data<std::uint16_t>()[0], 0x3F81);
}

TEST(Cast, RefusesTypesThatItDoesNotKnow) {
  EXPECT_EQ(errorOf({"Cast", {Tensor::scalar(1.0F)}, attributesOf({{"to", std::int64_t{99}}})}), ErrorCode::Unsupported);
}

}  // namespace
}  // namespace ew::test
