// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "core/simulate/timing.h"

namespace ew::simulate {
namespace {

TEST(Prediction, OneParameterIsWrongTheSameWayInEveryLayer) {
  const device::Sourced rate{1, 0.1, "test"};
  Prediction total;
  for (int layer = 0; layer < 4; ++layer) {
    Prediction part;
    part.add(&rate, 2.5);
    total.add(part);
  }
  EXPECT_DOUBLE_EQ(total.value(), 10);
  EXPECT_DOUBLE_EQ(total.sigma(), 1);  // 10 %, not 10 % / sqrt(4)
}

TEST(Prediction, DifferentParametersAddAsSquares) {
  const device::Sourced rate{1, 0.3, "test"}, bandwidth{1, 0.2, "test"};
  Prediction total;
  total.add(&rate, 10);
  total.add(&bandwidth, 20);
  EXPECT_DOUBLE_EQ(total.sigma(), 5);  // sqrt(3^2 + 4^2)
  const Estimate estimate = total.estimate(1000, "because");
  EXPECT_DOUBLE_EQ(estimate.value, 30000);
  EXPECT_NEAR(estimate.low, 30000 - 1.96 * 5000, 1);
  EXPECT_NEAR(estimate.high, 30000 + 1.96 * 5000, 1);
  EXPECT_TRUE(estimate.known);
  EXPECT_EQ(estimate.source, "because");
}

TEST(Prediction, AFactorIsOneMoreIndependentError) {
  const device::Sourced rate{1, 0.3, "test"}, watts{2, 0.4, "test"};
  Prediction energy, other;
  energy.add(&rate, 10);
  energy.scaleBy(&watts);
  EXPECT_DOUBLE_EQ(energy.value(), 20);
  EXPECT_DOUBLE_EQ(energy.sigma(), 10);  // 50 % = sqrt(30 %^2 + 40 %^2)
  other = energy;
  energy.add(other);
  EXPECT_DOUBLE_EQ(energy.sigma(), 20);
}

TEST(Prediction, TheIntervalStaysAboveZero) {
  const device::Sourced rate{1, 2, "test"};
  Prediction wild;
  wild.add(&rate, 1);
  EXPECT_EQ(wild.estimate(1, "").low, 0);
}

}  // namespace
}  // namespace ew::simulate
