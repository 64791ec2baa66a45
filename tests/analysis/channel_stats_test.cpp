// SPDX-License-Identifier: Apache-2.0
// The vectorized statistics against plain loops.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "core/analysis/analysis.h"
#include "tests/support/mapped_bytes.h"

namespace ew {
namespace {

analysis::Weight weightOf(Tensor tensor, std::int64_t axis) { return {0, tensor, tensor, axis}; }

/// Random values with zeros of both signs among them.
Tensor randomTensor(const Dims& dims, std::size_t shift) {
  const auto count = static_cast<std::size_t>(elementCount(dims));
  std::vector<float> values(count);
  std::mt19937 random(static_cast<unsigned>(count));
  for (float& x : values) x = random() % 5 == 0 ? (random() % 2 == 0 ? 0.0F : -0.0F) : static_cast<float>(random() % 2000) / 16 - 60;
  return test::mappedTensor(Tensor::of<float>(dims, values), shift);
}

std::vector<analysis::ChannelStats> plain(const Tensor& tensor, std::int64_t axis) {
  const Dims strides = stridesOf(tensor.dims());
  const auto at = static_cast<std::size_t>(axis);
  std::vector<analysis::ChannelStats> out(static_cast<std::size_t>(tensor.dim(at)));
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    analysis::ChannelStats& stats = out[static_cast<std::size_t>(i / strides[at] % tensor.dim(at))];
    const double x = tensor.data<float>()[static_cast<std::size_t>(i)];
    stats.low = stats.count == 0 ? x : std::fmin(stats.low, x);
    stats.high = stats.count == 0 ? x : std::fmax(stats.high, x);
    stats.l1 += std::fabs(x);
    stats.zeros += x == 0 ? 1 : 0;
    ++stats.count;
  }
  return out;
}

TEST(ChannelStats, AreThoseOfPlainLoopsOnEveryAxisAndAddress) {
  for (const Dims& dims : {Dims{4, 3, 5, 7}, Dims{6, 5000}, Dims{5000, 6}, Dims{3, 2, 9001}, Dims{1, 17}})
    for (std::int64_t axis = 0; axis < std::ssize(dims); ++axis)
      for (const std::size_t shift : {0U, 3U}) {
        const Tensor tensor = randomTensor(dims, shift);
        const auto expected = plain(tensor, axis), got = analysis::channelStats(weightOf(tensor, axis));
        ASSERT_EQ(got.size(), expected.size());
        for (std::size_t c = 0; c < got.size(); ++c) {
          EXPECT_EQ(got[c].low, expected[c].low);
          EXPECT_EQ(got[c].high, expected[c].high);
          EXPECT_EQ(got[c].zeros, expected[c].zeros);
          EXPECT_EQ(got[c].count, expected[c].count);
          EXPECT_NEAR(got[c].l1, expected[c].l1, 1e-12 * expected[c].l1);
        }
      }
}

TEST(ChannelStats, NaNIsLeftOutOfTheRangeAndShowsInTheSum) {
  const float nan = std::nanf("");
  std::vector<float> values(20, nan);
  values[3] = -2;
  values[17] = 5;
  const auto some = analysis::channelStats(weightOf(Tensor::of<float>({1, 20}, values), 0));
  EXPECT_EQ(some[0].low, -2);
  EXPECT_EQ(some[0].high, 5);
  EXPECT_TRUE(std::isnan(some[0].l1));
  const auto none = analysis::channelStats(weightOf(Tensor::of<float>({1, 9}, std::vector<float>(9, nan)), 0));
  EXPECT_TRUE(std::isnan(none[0].low));
}

TEST(ChannelStats, IntegersAreExact) {
  std::vector<std::int8_t> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int8_t>(i % 256 - 128);
  const auto stats = analysis::channelStats(weightOf(Tensor::of<std::int8_t>({1, 1000}, values), 0));
  EXPECT_EQ(stats[0].low, -128);
  EXPECT_EQ(stats[0].high, 127);
  EXPECT_EQ(stats[0].zeros, 4);
}

}  // namespace
}  // namespace ew
