// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/run/layer_rates.h"

namespace ew {
namespace {

/// A machine with 100 GFLOP/s, 400 GOP/s, 200 / 50 / 10 GB/s, caches of 1 and 32 MiB.
Peaks machine() {
  Peaks peaks;
  peaks.float32.value = 100;
  peaks.int8.value = 400;
  peaks.level2.value = 200;
  peaks.level3.value = 50;
  peaks.memory.value = 10;
  peaks.level2Bytes = std::size_t{1} << 20;
  peaks.level3Bytes = std::size_t{32} << 20;
  return peaks;
}

LayerTime layer(double milliseconds, std::int64_t operations, std::uint64_t bytes, LayerPrecision precision = LayerPrecision::Float32) {
  LayerTime out;
  out.milliseconds = milliseconds;
  out.operations = operations;
  out.bytes = bytes;
  out.precision = precision;
  return out;
}

TEST(LayerRates, AreWorkOverTime) {
  const LayerRate rate = rateOf(layer(2, 100'000'000, 4'000'000), machine());
  EXPECT_DOUBLE_EQ(rate.gopPerS, 50);  // 1e8 in 2e-3 s
  EXPECT_DOUBLE_EQ(rate.gbPerS, 2);
}

TEST(LayerRates, TheLongerOfComputingAndReadingBinds) {
  const LayerRate dense = rateOf(layer(2, 100'000'000, 100'000), machine());
  EXPECT_EQ(dense.bound, "compute");
  EXPECT_DOUBLE_EQ(dense.fraction, 0.5);  // 1 ms at the peak
  const LayerRate copies = rateOf(layer(1, 1000, 100'000), machine());
  EXPECT_EQ(copies.bound, "level2");
  EXPECT_DOUBLE_EQ(copies.fraction, 0.0005);
  EXPECT_EQ(rateOf(layer(1, 1000, 20'000'000), machine()).bound, "level3");
  const LayerRate far = rateOf(layer(10, 1000, 50'000'000), machine());
  EXPECT_EQ(far.bound, "memory");
  EXPECT_DOUBLE_EQ(far.fraction, 0.5);
}

TEST(LayerRates, EachPrecisionHasItsOwnPeak) {
  EXPECT_DOUBLE_EQ(rateOf(layer(2, 400'000'000, 1000, LayerPrecision::Int8), machine()).fraction, 0.5);
  // Nothing is known of what was not measured.
  EXPECT_EQ(rateOf(layer(2, 400'000'000, 0, LayerPrecision::BFloat16), machine()).bound, "");
  EXPECT_EQ(rateOf(layer(2, 400'000'000, 2000, LayerPrecision::Other), machine()).bound, "level2");
}

TEST(LayerRates, ALayerThatTookNoTimeHasNone) { EXPECT_EQ(rateOf(layer(0, 1000, 1000), machine()).bound, ""); }

TEST(Peaks, AreMeasuredOnceAndSayHow) {
  const Peaks& peaks = measuredPeaks(1);
  EXPECT_EQ(&peaks, &measuredPeaks(1));
  EXPECT_GT(peaks.float32.value, 0);
  EXPECT_GT(peaks.memory.value, 0);
  for (const Peak* peak : {&peaks.float32, &peaks.bfloat16, &peaks.int8, &peaks.level2, &peaks.level3, &peaks.memory}) EXPECT_NE(peak->method, "");
}

}  // namespace
}  // namespace ew
