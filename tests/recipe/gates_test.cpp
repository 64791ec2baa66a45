// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/recipe/runner.h"

namespace ew::recipe {
namespace {

Judgement judged(double top1, double latency) {
  Judgement out;
  out.evaluation = analysis::Evaluation{100, {{"top1", {top1, top1 - 1, top1 + 1}}}, 0};
  out.predicted.latencyMs.value = latency;
  out.predicted.latencyMs.known = true;
  return out;
}

Recipe gated(std::map<std::string, double> limits) {
  Recipe recipe;
  recipe.gates.limits = std::move(limits);
  return recipe;
}

TEST(Gates, CompareTheOptimizedModelWithTheLimit) {
  const auto gates = *checkGates(gated({{"accuracy_drop_pp", 0.5}, {"latency_ms", 3}}), judged(90, 5), judged(89.6, 4));
  ASSERT_EQ(gates.size(), 2U);
  EXPECT_EQ(gates[0].name, "accuracy_drop_pp");
  EXPECT_NEAR(gates[0].value, 0.4, 1e-9);
  EXPECT_TRUE(gates[0].met);
  EXPECT_FALSE(gates[1].met);
}

TEST(Gates, AnUnknownNumberIsAnErrorNotAPass) {
  Judgement blind = judged(90, 5);
  blind.evaluation.reset();
  EXPECT_NE(checkGates(gated({{"accuracy_drop_pp", 1}}), blind, blind).error().text().find("no evaluation data"), std::string::npos);
  blind.predicted.energyMj.source = "the profile gives no power";
  EXPECT_NE(checkGates(gated({{"energy_mj", 1}}), blind, blind).error().text().find("the profile gives no power"), std::string::npos);
}

}  // namespace
}  // namespace ew::recipe
