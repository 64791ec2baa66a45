// SPDX-License-Identifier: Apache-2.0
// The integer arithmetic that four backends share, against exact rational arithmetic in wider types.
#include "core/ops/requantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace ew::ops {
namespace {

TEST(Requantize, FloatModeRoundsHalfToEvenAndSaturates) {
  EXPECT_EQ(requantizeFloat<std::int8_t>(1, 0.5F, 0), 0);
  EXPECT_EQ(requantizeFloat<std::int8_t>(3, 0.5F, 0), 2);
  EXPECT_EQ(requantizeFloat<std::int8_t>(5, 0.5F, 0), 2);
  EXPECT_EQ(requantizeFloat<std::int8_t>(-3, 0.5F, 1), -1);
  EXPECT_EQ(requantizeFloat<std::uint8_t>(-1000, 1.0F, 128), 0);
  EXPECT_EQ(requantizeFloat<std::uint8_t>(1000, 1.0F, 128), 255);
  EXPECT_EQ(requantizeFloat<std::int8_t>(std::numeric_limits<std::int32_t>::min(), 3.0e38F, 127), -128);
}

TEST(Requantize, FixedMultiplierIsWithinHalfAUnitOfItsLastBit) {
  std::mt19937 random(3);
  for (int i = 0; i < 2000; ++i) {
    const float multiplier = std::ldexp(1.0F + static_cast<float>(random() % 10000) / 10000.0F, static_cast<int>(random() % 40) - 30);
    const FixedMultiplier fixed = fixedMultiplier(multiplier);
    EXPECT_GE(fixed.q, 1 << 30);
    const double back = std::ldexp(static_cast<double>(fixed.q), -fixed.shift);
    EXPECT_NEAR(back, static_cast<double>(multiplier), std::ldexp(0.5000001, -fixed.shift));
  }
}

TEST(Requantize, FixedMultiplierOfNothingUsefulIsZero) {
  for (const float multiplier : {0.0F, -1.0F, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()})
    EXPECT_EQ(requantizeFixed<std::int8_t>(1 << 30, fixedMultiplier(multiplier), 3), 3);
}

TEST(Requantize, FixedModeRoundsHalfUpOfTheExactProduct) {
  std::mt19937 random(5);
  for (int i = 0; i < 5000; ++i) {
    const auto acc = static_cast<std::int32_t>(random() % 200001) - 100000;
    const float multiplier = static_cast<float>(random() % 100000 + 1) * 1e-7F;
    const FixedMultiplier fixed = fixedMultiplier(multiplier);
    // floor(product + 1/2), with a long double that holds the 62-bit product exactly.
    const long double exact = std::ldexp(static_cast<long double>(acc) * static_cast<long double>(fixed.q), -fixed.shift);
    const auto expected = static_cast<std::int64_t>(std::floor(exact + 0.5L)) - 7;
    EXPECT_EQ(requantizeFixed<std::int8_t>(acc, fixed, -7), std::clamp<std::int64_t>(expected, -128, 127)) << acc << " * " << multiplier;
  }
}

TEST(Requantize, BothModesAgreeToOneStep) {
  std::mt19937 random(9);
  for (int i = 0; i < 5000; ++i) {
    const auto acc = static_cast<std::int32_t>(random() % 60001) - 30000;
    const float multiplier = static_cast<float>(random() % 1000 + 1) * 1e-5F;
    const int floats = Requantizer(multiplier, 4, false).apply<std::int8_t>(acc);
    const int fixed = Requantizer(multiplier, 4, true).apply<std::int8_t>(acc);
    EXPECT_LE(std::abs(floats - fixed), 1);
  }
}

TEST(Requantize, AdditionInFixedModeIsTheRoundedSumOfItsTerms) {
  std::mt19937 random(11);
  for (int i = 0; i < 5000; ++i) {
    const auto a = static_cast<std::int32_t>(random() % 511) - 255, b = static_cast<std::int32_t>(random() % 511) - 255;
    const float ma = static_cast<float>(random() % 2000 + 1) * 1e-3F, mb = static_cast<float>(random() % 2000 + 1) * 1e-3F;
    const double exact = a * static_cast<double>(ma) + b * static_cast<double>(mb) + 3;
    const int fixed = addQuantizedFixed<std::int8_t>(a, fixedMultiplier(ma), b, fixedMultiplier(mb), 3);
    const int floats = addQuantizedFloat<std::int8_t>(a, ma, b, mb, 3);
    // Rounded to the nearest: no further than half a step and the error of 20 fraction bits.
    const double clamped = std::clamp(exact, -128.0, 127.0);
    EXPECT_LE(std::fabs(fixed - clamped), 0.5 + 1e-5);
    EXPECT_LE(std::fabs(floats - clamped), 0.5 + 1e-4);
  }
}

TEST(Requantize, TheWidestAdditionDoesNotOverflow) {
  const FixedMultiplier widest = fixedMultiplier(1.0e9F);
  EXPECT_EQ(addQuantizedFixed<std::int8_t>(510, widest, 510, widest, 0), 127);
  EXPECT_EQ(addQuantizedFixed<std::int8_t>(-510, widest, -510, widest, 0), -128);
}

TEST(Requantize, QuantizingIsHalfToEvenAndTakesAnyFloat) {
  EXPECT_EQ(quantizeValue<std::uint8_t>(2.5F, 1.0F, 10), 12);
  EXPECT_EQ(quantizeValue<std::uint8_t>(3.5F, 1.0F, 10), 14);
  EXPECT_EQ(quantizeValue<std::uint8_t>(std::numeric_limits<float>::quiet_NaN(), 1.0F, 10), 10);
  EXPECT_EQ(quantizeValue<std::uint8_t>(std::numeric_limits<float>::infinity(), 1.0F, 10), 255);
  EXPECT_EQ(quantizeValue<std::int8_t>(-std::numeric_limits<float>::infinity(), 1.0F, 10), -128);
}

}  // namespace
}  // namespace ew::ops
