// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/sensitivity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/graph_text.h"

namespace ew::analysis {
namespace {

/// y = 2 rows of W times x, then doubled by the diagonal V.
const std::string twoLayers =
    "opset 13\n input x:f32[1,2]\n W:f32[2,2] = {1,0.3,0.5,1}\n V:f32[2,2] = {2,0,0,2}\n "
    "Gemm(x, W){transB=1} -> a\n Gemm(a, V){transB=1} -> y\n output y";

std::vector<std::vector<Tensor>> twoInputs() {
  return {{Tensor::of<float>({1, 2}, {1, 2})}, {Tensor::of<float>({1, 2}, {-1, 1})}};
}

Result<Sensitivity> measured(const SensitivityOptions& options, const std::string& text = twoLayers) {
  NoProgress progress;
  const auto inputs = twoInputs();
  return sensitivity(test::graphFromText(text), inputs, BackendSet(), "reference", options, progress);
}

TEST(Sensitivity, IsTheRatioOfSignalToTheNoiseThatRoundingMakes) {
  SensitivityOptions options;
  options.widths = {3};  // integers -3 .. 3: 0.3 becomes 1/3, 0.5 becomes 2/3
  const auto result = measured(options);
  ASSERT_TRUE(result.ok()) << result.error().text();
  ASSERT_EQ(result->layers.size(), 2U);
  EXPECT_EQ(result->layers[0].name, "Gemm_a");
  EXPECT_EQ(result->layers[0].width, 3);
  const double exact[] = {2 * 1.6, 2 * 2.5, 2 * -0.7, 2 * 0.5};
  const double rounded[] = {2 * (1 + 2.0 / 3), 2 * (2.0 / 3 + 2), 2 * (-1 + 1.0 / 3), 2 * (-2.0 / 3 + 1)};
  double signal = 0, noise = 0;
  for (int i = 0; i < 4; ++i) {
    signal += exact[i] * exact[i];
    noise += (exact[i] - rounded[i]) * (exact[i] - rounded[i]);
  }
  EXPECT_NEAR(result->layers[0].sqnrDb, 10 * std::log10(signal / noise), 1e-3);
  EXPECT_EQ(result->layers[1].sqnrDb, std::numeric_limits<double>::infinity());  // 2 and 0 are exact
}

TEST(Sensitivity, ReuseChangesNothingButTheWork) {
  SensitivityOptions options;
  options.widths = {8, 4, 2};
  std::string text = twoLayers;  // rounding changes each weight
  text.replace(text.find("{2,0,0,2}"), 9, "{2,0.9,0.7,2}");
  const auto reused = measured(options, text);
  options.reusePrefix = false;
  const auto full = measured(options, text);
  ASSERT_TRUE(reused.ok() && full.ok());
  ASSERT_EQ(reused->layers.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(reused->layers[i].sqnrDb, full->layers[i].sqnrDb) << i;
  EXPECT_EQ(full->counters.nodesSkipped, 0);
  // Of 7 graphs on 2 inputs, the second layer's second and third width skip the first layer on both.
  EXPECT_EQ(reused->counters.runs, 14);
  EXPECT_EQ(reused->counters.nodesSkipped, 4);
  EXPECT_EQ(reused->counters.nodesRun + reused->counters.nodesSkipped, 28);
}

class AfterOne final : public Progress {
 public:
  void step(std::int64_t done, std::int64_t, std::string_view) override { done_ = done; }
  bool cancelled() const override { return done_ >= 1; }

 private:
  std::int64_t done_ = 0;
};

TEST(Sensitivity, CanBeCancelledAndRefusesNonsense) {
  AfterOne progress;
  const auto inputs = twoInputs();
  const auto stopped = sensitivity(test::graphFromText(twoLayers), inputs, BackendSet(), "reference", {}, progress);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, ErrorCode::Interrupted);
  SensitivityOptions options;
  options.widths = {9};
  EXPECT_FALSE(measured(options).ok());
  NoProgress none;
  EXPECT_FALSE(sensitivity(test::graphFromText(twoLayers), {}, BackendSet(), "reference", {}, none).ok());
}

}  // namespace
}  // namespace ew::analysis
