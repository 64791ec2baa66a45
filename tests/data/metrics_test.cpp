// SPDX-License-Identifier: Apache-2.0
#include "core/data/metrics.h"

#include <gtest/gtest.h>

#include <limits>

namespace ew::data {
namespace {

TEST(Metrics, WilsonMatchesPublishedValues) {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263 and 15 of 148.
  const Interval large = wilson(81, 263);
  EXPECT_NEAR(large.value, 30.7985, 1e-4);
  EXPECT_NEAR(large.low, 25.53, 0.005);
  EXPECT_NEAR(large.high, 36.62, 0.005);
  const Interval small = wilson(15, 148);
  EXPECT_NEAR(small.low, 6.24, 0.005);
  EXPECT_NEAR(small.high, 16.05, 0.005);
}

TEST(Metrics, WilsonStaysInsideTheScale) {
  EXPECT_EQ(wilson(0, 20).low, 0);
  EXPECT_NEAR(wilson(0, 20).high, 16.11, 0.005);
  EXPECT_EQ(wilson(20, 20).high, 100);
  EXPECT_EQ(wilson(0, 0).high, 100);
}

TEST(Metrics, ArgmaxTakesTheFirstOfEquals) {
  EXPECT_EQ(argmax(Tensor::vector<float>({1, 3, 3})), 1);
  EXPECT_EQ(argmax(Tensor::vector<std::int8_t>({-5, -1})), 1);
  EXPECT_EQ(argmax(Tensor::vector<float>({std::numeric_limits<float>::quiet_NaN(), -7})), 1);
  EXPECT_EQ(argmax(Tensor()), -1);
}

TEST(Metrics, AccuracyCountsRanks) {
  Accuracy accuracy;
  const Tensor scores = Tensor::of<float>({1, 10}, {0, 9, 8, 7, 6, 5, 4, 3, 2, 1});
  for (const std::int64_t label : {1, 2, 5, 6, 99}) accuracy.add(scores, label);
  EXPECT_EQ(accuracy.samples(), 5);
  EXPECT_EQ(accuracy.top1Hits(), 1);
  EXPECT_EQ(accuracy.result().at("top1").value, 20);
  EXPECT_EQ(accuracy.result().at("top5").value, 60);
}

TEST(Metrics, EqualScoresCountTheLowerIndexFirst) {
  Accuracy accuracy;
  const Tensor scores = Tensor::vector<float>({4, 4});
  accuracy.add(scores, 0);
  accuracy.add(scores, 1);
  EXPECT_EQ(accuracy.top1Hits(), 1);
  EXPECT_FALSE(accuracy.result().contains("top5"));
}

}  // namespace
}  // namespace ew::data
