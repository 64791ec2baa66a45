// SPDX-License-Identifier: Apache-2.0
// A short, deterministic pass of every fuzz target: its seeds and some thousand damaged copies. packaging/fuzz.sh runs the
// same targets for as long as one likes, led by coverage.
#include <gtest/gtest.h>

#include "core/tensor/allocation.h"
#include "tests/fuzz/mutate.h"
#include "tests/fuzz/targets.h"

namespace ew::fuzz {
namespace {

class ShortPass : public testing::TestWithParam<Target> {};

TEST_P(ShortPass, SurvivesSeedsAndDamagedCopies) {
  setAllocationLimit(std::int64_t{16} << 20);
  const std::vector<std::string> seeds = GetParam().seeds();
  ASSERT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) GetParam().run(seed);
  std::mt19937 random(1);
  for (int i = 0; i < GetParam().copies; ++i) GetParam().run(mutated(seeds, random));
}

INSTANTIATE_TEST_SUITE_P(Fuzz, ShortPass, testing::ValuesIn(targets), [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace ew::fuzz
