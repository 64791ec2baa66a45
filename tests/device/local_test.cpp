// SPDX-License-Identifier: Apache-2.0
#include "core/device/local.h"

#include <gtest/gtest.h>

namespace ew::device {
namespace {

TEST(LocalDevice, ListingMeasuresNothing) {
  const Profile& listed = builtinProfiles().at("local");
  EXPECT_TRUE(listed.macsPerSecond.empty());
  EXPECT_GT(listed.ramBytes, 0);
  EXPECT_FALSE(listed.name.empty());
}

TEST(LocalDevice, FindingItMeasuresOnce) {
  const Result<Profile> local = findProfile("local");
  ASSERT_TRUE(local.ok());
  for (const char* precision : {"float32", "int8"}) {
    const Sourced& rate = local->macsPerSecond.at(precision);
    EXPECT_GT(rate.value, 1e8);   // slower than a microcontroller would mean that nothing was measured
    EXPECT_LT(rate.value, 1e15);
    EXPECT_TRUE(rate.source.starts_with("measured: ")) << rate.source;
  }
  EXPECT_GT(local->memoryBytesPerSecond->value, 1e8);
  EXPECT_GT(local->layerOverheadSeconds.value_or(Sourced{1, 0, {}}).value, 0);  // not told on a busy machine
  EXPECT_EQ(findProfile("local")->macsPerSecond.at("int8").value, local->macsPerSecond.at("int8").value);
}

}  // namespace
}  // namespace ew::device
