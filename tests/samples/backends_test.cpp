// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "accel/backends.h"
#include "tests/samples/sample.h"

namespace ew {
namespace {

bool isAvailable(const std::string& backend) { return allBackends().get(backend).ok(); }

/// The numbers of the first image whose outputs are not the same bytes; -1 when all are.
std::int64_t firstDifference(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (i >= b.size() || !std::equal(a[i].bytes().begin(), a[i].bytes().end(), b[i].bytes().begin(), b[i].bytes().end()))
      return static_cast<std::int64_t>(i);
  return -1;
}

double relativeError(const Tensor& expected, const Tensor& actual) {
  const std::vector<double> a = *toDoubles(expected), b = *toDoubles(actual);
  double largest = 0, error = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::fabs(a[i]));
    error = std::max(error, std::fabs(a[i] - b[i]));
  }
  return error / largest;
}

class SampleBytes : public testing::TestWithParam<Requantization> {};

TEST_P(SampleBytes, IntegerLayersAreTheSameOnEveryBackend) {
  const std::vector<Tensor> images = test::evaluationImages(64);
  const std::vector<Tensor> cpu = test::outputsOn("cpu", test::quantizedSample(), images, GetParam());
  ASSERT_EQ(cpu.size(), 64U);
  EXPECT_EQ(firstDifference(cpu, test::outputsOn("fpga", test::quantizedSample(), images, GetParam())), -1);
  if (!isAvailable("vulkan")) GTEST_SKIP() << "cpu and fpga agree; there is no Vulkan device to compare with";
  EXPECT_EQ(firstDifference(cpu, test::outputsOn("vulkan", test::quantizedSample(), images, GetParam())), -1);
}

INSTANTIATE_TEST_SUITE_P(BothModes, SampleBytes, testing::Values(Requantization::Float, Requantization::Fixed),
                         [](const auto& info) { return info.param == Requantization::Float ? "Float" : "Fixed"; });

TEST(SampleBytes, TheTwoModesOfRequantizationAreNotTheSame) {
  // Were they, the test above would compare one mode with itself.
  const std::vector<Tensor> images = test::evaluationImages(256);
  EXPECT_NE(firstDifference(test::outputsOn("cpu", test::quantizedSample(), images, Requantization::Float),
                            test::outputsOn("cpu", test::quantizedSample(), images, Requantization::Fixed)), -1);
}

TEST(SampleFloat, BackendsAgreeWithTheReference) {
  const std::vector<Tensor> images = test::evaluationImages(8);
  const std::vector<Tensor> expected = test::outputsOn("reference", test::originalSample(), images);
  ASSERT_EQ(expected.size(), images.size());
  for (const std::string backend : {"cpu", "fpga", "vulkan"}) {
    if (!isAvailable(backend)) continue;
    const std::vector<Tensor> actual = test::outputsOn(backend, test::originalSample(), images);
    ASSERT_EQ(actual.size(), images.size());
    for (std::size_t i = 0; i < images.size(); ++i) EXPECT_LE(relativeError(expected[i], actual[i]), 1e-4) << backend << ", image " << i;
  }
}

}  // namespace
}  // namespace ew
