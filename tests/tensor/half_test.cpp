// SPDX-License-Identifier: Apache-2.0
#include "core/tensor/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ew {
namespace {

TEST(Half, EveryCodeSurvivesTheRoundTrip) {
  for (std::uint32_t code = 0; code < 65536; ++code) {
    const float value = halfToFloat(static_cast<std::uint16_t>(code));
    if (std::isnan(value)) continue;
    EXPECT_EQ(halfFromFloat(value), code);
  }
}

TEST(Half, RoundsHalfToEvenAndOverflowsToInfinity) {
  EXPECT_EQ(halfFromFloat(1.0F + 1.0F / 2048), 0x3C00);
  EXPECT_EQ(halfFromFloat(1.0F + 3.0F / 2048), 0x3C02);
  EXPECT_EQ(halfFromFloat(65520.0F), 0x7C00);
  EXPECT_EQ(halfFromFloat(65519.0F), 0x7BFF);
}

TEST(BFloat16, EveryCodeSurvivesTheRoundTrip) {
  for (std::uint32_t code = 0; code < 65536; ++code) {
    const float value = bfloatToFloat(static_cast<std::uint16_t>(code));
    if (std::isnan(value)) continue;
    EXPECT_EQ(bfloatFromFloat(value), code);
  }
}

class EveryFloat8 : public testing::TestWithParam<Float8Kind> {};

TEST_P(EveryFloat8, EveryCodeSurvivesTheRoundTripAndNeighboursRoundToTheNearest) {
  for (int code = 0; code < 256; ++code) {
    const auto bits = static_cast<std::uint8_t>(code);
    const float value = float8ToFloat(bits, GetParam());
    if (std::isnan(value) || std::isinf(value)) continue;
    EXPECT_EQ(float8FromFloat(value, GetParam()), bits);
    EXPECT_EQ(float8FromFloat(value * (1 + 1e-4F), GetParam()), bits);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryFloat8,
                         testing::Values(Float8Kind::E4M3FN, Float8Kind::E4M3FNUZ, Float8Kind::E5M2, Float8Kind::E5M2FNUZ));

TEST(Float8, OverflowSaturatesOnlyWhenAsked) {
  EXPECT_EQ(float8ToFloat(float8FromFloat(1e6F, Float8Kind::E4M3FN), Float8Kind::E4M3FN), 448.0F);
  EXPECT_TRUE(std::isnan(float8ToFloat(float8FromFloat(1e6F, Float8Kind::E4M3FN, false), Float8Kind::E4M3FN)));
  EXPECT_TRUE(std::isinf(float8ToFloat(float8FromFloat(1e6F, Float8Kind::E5M2, false), Float8Kind::E5M2)));
}

}  // namespace
}  // namespace ew
