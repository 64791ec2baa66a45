// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/transform/quantize/calibrators.h"
#include "tests/support/graph_text.h"
#include "tests/transform/run_graph.h"

namespace ew::transform {
namespace {

using analysis::Histogram;
using analysis::Range;

Histogram normalHistogram(bool rectified, float outlier) {
  std::vector<float> values;
  std::mt19937 engine(7);
  std::normal_distribution<float> normal;
  for (int i = 0; i < 100000; ++i) values.push_back(rectified ? std::max(0.0F, normal(engine)) : normal(engine));
  values.push_back(outlier);
  return analysis::histogram(Tensor::vector(values), 2048);
}

Range rangeOf(std::string_view name, const Histogram& histogram, bool isSigned = false) {
  const auto all = calibrators();
  return std::find_if(all.begin(), all.end(), [&](const Calibrator& each) { return each.name == name; })->range(histogram, 8, isSigned);
}

/// Expected squared error over the bins, counted anew from the definition of quantization.
double squaredError(const Histogram& histogram, double low, double high) {
  const double scale = (high - low) / 255, zero = std::nearbyint(-low / scale);
  double sum = 0;
  for (std::size_t i = 0; i < histogram.counts.size(); ++i) {
    const double x = histogram.range.low + (static_cast<double>(i) + 0.5) * (histogram.range.high - histogram.range.low) / 2048;
    const double q = std::clamp(std::nearbyint(x / scale) + zero, 0.0, 255.0);
    sum += static_cast<double>(histogram.counts[i]) * std::pow((q - zero) * scale - x, 2);
  }
  return sum;
}

TEST(Calibrators, MinmaxKeepsAll) {
  const Histogram histogram = normalHistogram(false, 40);
  EXPECT_EQ(rangeOf("minmax", histogram).high, 40);
}

TEST(Calibrators, PercentileCutsTheTails) {
  const Range range = rangeOf("percentile", normalHistogram(false, 40));
  EXPECT_NEAR(range.high, 3.89, 0.2);  // the normal quantile of 0.99995
  EXPECT_NEAR(range.low, -3.89, 0.2);
  const Range positive = rangeOf("percentile", normalHistogram(true, 40));
  EXPECT_EQ(positive.low, 0);
  EXPECT_NEAR(positive.high, 3.72, 0.2);  // 0.9999
}

TEST(Calibrators, MseFindsTheLeastErrorOfAGrid) {
  const Histogram histogram = normalHistogram(false, 12);
  const Range range = rangeOf("mse", histogram);
  double least = INFINITY;
  for (int low = 1; low <= 60; ++low)
    for (int high = 1; high <= 60; ++high)
      least = std::min(least, squaredError(histogram, histogram.range.low * low / 60, histogram.range.high * high / 60));
  EXPECT_LT(squaredError(histogram, range.low, range.high), least * 1.02);
  EXPECT_LT(squaredError(histogram, range.low, range.high), squaredError(histogram, histogram.range.low, histogram.range.high));
}

TEST(Calibrators, SqnrClipsLessThanMse) {
  const Histogram histogram = normalHistogram(true, 12);
  EXPECT_GE(rangeOf("sqnr", histogram).high, rangeOf("mse", histogram).high);
}

TEST(Calibrators, EntropyIgnoresALonelyOutlier) {
  EXPECT_LT(rangeOf("entropy", normalHistogram(false, 40), true).high, 10);
  EXPECT_GT(rangeOf("entropy", normalHistogram(false, 40), true).high, 2);
  EXPECT_EQ(rangeOf("entropy", normalHistogram(true, 40)).low, 0);
}

TEST(Calibrators, AllTakeDegenerateHistograms) {
  const Histogram zeros = analysis::histogram(Tensor::zeros(DType::f32, {10}), 2048);
  const Histogram same = analysis::histogram(Tensor::vector<float>({3, 3, 3}), 2048);
  const Histogram negative = analysis::histogram(Tensor::vector<float>({-3, -1, -2}), 2048);
  for (const Calibrator& calibrator : calibrators()) {
    for (const bool isSigned : {false, true}) {
      for (const Histogram* histogram : {&zeros, &same, &negative}) {
        const Range range = calibrator.range(*histogram, 8, isSigned);
        EXPECT_TRUE(std::isfinite(range.low) && std::isfinite(range.high)) << calibrator.name;
        EXPECT_LE(range.low, range.high) << calibrator.name;
      }
      const AffineMap map = affineMap(calibrator.range(same, 8, isSigned), 8, isSigned);
      EXPECT_NEAR(map.rounded(3), 3, 0.02) << calibrator.name;
    }
  }
}

TEST(AffineMap, HoldsZeroExactly) {
  for (const Range range : {Range{-1, 2}, Range{0.5, 3}, Range{-7, -2}, Range{0, 0}}) {
    const AffineMap map = affineMap(range, 8, false);
    EXPECT_EQ(map.rounded(0), 0);
    EXPECT_GT(map.scale, 0);
    EXPECT_GE(map.zeroPoint, 0);
    EXPECT_LE(map.zeroPoint, 255);
  }
  EXPECT_EQ(affineMap({-1, 2}, 8, true).zeroPoint, 0);
  EXPECT_FLOAT_EQ(affineMap({-1, 2}, 8, true).scale, 2.0F / 127);
  EXPECT_FLOAT_EQ(affineMap({-1, 2}, 8, false).scale, 3.0F / 255);
}

TEST(AffineMap, LastBitsOfARangeDoNotMatter) {
  EXPECT_EQ(affineMap({-1, 2.0000000000001}, 8, false).scale, affineMap({-1, 2}, 8, false).scale);
}

/// Two samples of one number each.
class TwoNumbers final : public data::Dataset {
 public:
  std::int64_t size() const override { return 2; }
  bool labelled() const override { return false; }
  Result<data::Sample> sample(std::int64_t index) const override {
    return data::Sample{Tensor::of<float>({1, 2}, {static_cast<float>(index + 1), -3.0F}), -1, "number"};
  }
};

TEST(Calibrate, SeesEveryValueOfEverySample) {
  const Graph graph = test::graphFromText(R"(
    input x:f32[1,2]
    c:f32[] = {2}
    Mul(x, c) -> a
    Relu(a) -> r
    Add(r, x) -> y
    output y
  )");
  NoProgress progress;
  const auto result = calibrate(graph, BackendSet(), "reference", TwoNumbers(), 100, progress);
  ASSERT_TRUE(result.ok()) << result.error().text();
  EXPECT_EQ(result->samples, 2);
  EXPECT_FALSE(result->histograms.contains("a"));  // only the Relu reads it
  EXPECT_FALSE(result->histograms.contains("c"));
  const Histogram& x = result->histograms.at("x");
  EXPECT_EQ(x.range.low, -3);
  EXPECT_EQ(x.range.high, 2);
  EXPECT_EQ(x.total, 4);
  EXPECT_EQ(x.average->high, 1.5);
  const Histogram& r = result->histograms.at("r");
  EXPECT_EQ(r.range.high, 4);
  EXPECT_EQ(r.zeros, 2);
  EXPECT_EQ(rangeOf("moving_average", r).high, 3);
}

TEST(Calibrate, NeedsOneInput) {
  NoProgress progress;
  const Graph graph = test::graphFromText("input a:f32[1]\n input b:f32[1]\n Add(a, b) -> y\n output y");
  EXPECT_EQ(calibrate(graph, BackendSet(), "reference", TwoNumbers(), 100, progress).error().code, ErrorCode::Invalid);
}

}  // namespace
}  // namespace ew::transform
