// SPDX-License-Identifier: Apache-2.0
// Random operators have no recorded values to compare with: their moments are checked, and that runs repeat.
#include <gtest/gtest.h>

#include <cmath>

#include "core/ops/random.h"
#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;

struct Stats {
  double mean = 0, deviation = 0, least = HUGE_VAL, most = -HUGE_VAL;
};

Stats statsOf(const Tensor& tensor) {
  Stats out;
  const std::vector<double> values = *toDoubles(tensor);
  for (const double x : values) {
    out.mean += x / static_cast<double>(values.size());
    out.least = std::min(out.least, x);
    out.most = std::max(out.most, x);
  }
  for (const double x : values) out.deviation += (x - out.mean) * (x - out.mean) / static_cast<double>(values.size());
  out.deviation = std::sqrt(out.deviation);
  return out;
}

TEST(Random, NormalAndUniformHaveTheirMoments) {
  const Stats normal = statsOf(outputOf({"RandomNormal", {}, attributesOf({{"shape", Ints{100, 1000}}, {"mean", 3.0F}, {"scale", 2.0F}, {"seed", 7.0F}})}));
  EXPECT_NEAR(normal.mean, 3, 0.03);  // 5 deviations of the mean of 100,000
  EXPECT_NEAR(normal.deviation, 2, 0.03);
  const Stats uniform = statsOf(outputOf({"RandomUniformLike", {Tensor::zeros(DType::i8, {100000})}, attributesOf({{"dtype", std::int64_t{11}}, {"low", -1.0F}, {"high", 3.0F}})}));
  EXPECT_NEAR(uniform.mean, 1, 0.02);
  EXPECT_NEAR(uniform.deviation, 4 / std::sqrt(12.0), 0.02);
  EXPECT_GE(uniform.least, -1);
  EXPECT_LT(uniform.most, 3);
}

TEST(Random, TheSameSeedGivesTheSameNumbersAndAnotherDoesNot) {
  const auto drawn = [](float seed) { return outputOf({"RandomNormal", {}, attributesOf({{"shape", Ints{8}}, {"seed", seed}})}); };
  EXPECT_TRUE(drawn(1).equals(drawn(1)));
  EXPECT_FALSE(drawn(1).equals(drawn(2)));
}

TEST(Random, TheSeedOfTheProcessIsForNodesWithoutOne) {
  const OpCall own{"RandomNormal", {}, attributesOf({{"shape", Ints{8}}, {"seed", 1.0F}})}, none{"RandomNormal", {}, attributesOf({{"shape", Ints{8}}})};
  const Tensor ownBefore = outputOf(own), noneBefore = outputOf(none);
  ops::setRandomSeed(5);
  EXPECT_TRUE(outputOf(own).equals(ownBefore));
  EXPECT_FALSE(outputOf(none).equals(noneBefore));
  ops::setRandomSeed(0);
  EXPECT_TRUE(outputOf(none).equals(noneBefore));
}

TEST(Random, BernoulliAndMultinomialFollowTheirProbabilities) {
  Tensor odds = Tensor::zeros(DType::f32, {50000});
  for (float& p : odds.mutableData<float>()) p = 0.3F;
  const Tensor drawn = outputOf({"Bernoulli", {odds}, attributesOf({{"dtype", std::int64_t{9}}})});
  EXPECT_EQ(drawn.dtype(), DType::boolean);
  EXPECT_NEAR(statsOf(drawn).mean, 0.3, 0.01);

  const Tensor logs = Tensor::of<float>({2, 3}, {std::log(1.0F), std::log(2.0F), std::log(1.0F), -INFINITY, 5, -INFINITY});
  const Tensor classes = outputOf({"Multinomial", {logs}, attributesOf({{"sample_size", std::int64_t{20000}}})});
  std::array<int, 3> counts{};
  for (std::size_t i = 0; i < 20000; ++i) ++counts[static_cast<std::size_t>(classes.data<std::int32_t>()[i])];
  EXPECT_NEAR(counts[0], 5000, 350);
  EXPECT_NEAR(counts[1], 10000, 350);
  for (std::size_t i = 20000; i < 40000; ++i) EXPECT_EQ(classes.data<std::int32_t>()[i], 1);
}

TEST(Random, RefusesWhatCannotBe) {
  EXPECT_EQ(errorOf({"RandomNormal", {}, attributesOf({{"shape", Ints{-1}}})}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"RandomNormal", {}, attributesOf({{"shape", Ints{1 << 30, 1 << 30}}})}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"RandomUniform", {}, attributesOf({{"shape", Ints{1}}, {"dtype", std::int64_t{7}}})}), ErrorCode::Unsupported);
  EXPECT_EQ(errorOf({"Multinomial", {Tensor::zeros(DType::f32, {1, 0})}}), ErrorCode::Invalid);
}

}  // namespace
}  // namespace ew::test
