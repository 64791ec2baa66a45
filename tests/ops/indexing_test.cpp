// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

Tensor ints(Dims dims, const std::vector<std::int64_t>& values) { return Tensor::of<std::int64_t>(std::move(dims), values); }

TEST(Gather, CountsNegativeIndicesFromTheEnd) {
  const OpCall call{"Gather", {Tensor::of<float>({3, 2}, {1, 2, 3, 4, 5, 6}), ints({2}, {-1, 0})}, {}, 13};
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<float>({2, 2}, {5, 6, 1, 2})));
}

TEST(Gather, RefusesIndicesOutside) {
  for (const std::int64_t index : {std::int64_t{3}, std::int64_t{-4}, INT64_MAX, INT64_MIN})
    EXPECT_EQ(errorOf({"Gather", {Tensor::zeros(DType::f32, {3, 2}), ints({1}, {index})}, {}, 13}), ErrorCode::Invalid);
}

TEST(GatherND, SharesBatchAxes) {
  const OpCall call{"GatherND", {Tensor::of<float>({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}), ints({2, 1}, {1, 0})},
                    attributesOf({{"batch_dims", std::int64_t{1}}}), 13};
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<float>({2, 2}, {2, 3, 4, 5})));
}

TEST(GatherND, RefusesIndicesThatNameTooManyAxes) {
  EXPECT_EQ(errorOf({"GatherND", {Tensor::zeros(DType::f32, {2, 2}), ints({1, 3}, {0, 0, 0})}, {}, 13}), ErrorCode::Invalid);
}

TEST(ScatterND, JoinsWithEachReduction) {
  const auto scattered = [](const std::string& reduction) {
    return outputOf({"ScatterND", {Tensor::vector<float>({1, 2, 3}), ints({3, 1}, {1, 1, -1}), Tensor::vector<float>({5, 7, 1})},
                     attributesOf({{"reduction", reduction}}), 18});
  };
  EXPECT_TRUE(scattered("add").equals(Tensor::vector<float>({1, 14, 4})));
  EXPECT_TRUE(scattered("mul").equals(Tensor::vector<float>({1, 70, 3})));
  EXPECT_TRUE(scattered("max").equals(Tensor::vector<float>({1, 7, 3})));
  EXPECT_TRUE(scattered("min").equals(Tensor::vector<float>({1, 2, 1})));
  EXPECT_TRUE(scattered("none").equals(Tensor::vector<float>({1, 7, 1})));
}

TEST(ScatterND, LeavesItsOperandAsItWas) {
  const Tensor data = Tensor::vector<float>({1, 2});
  outputOf({"ScatterND", {data, ints({1, 1}, {0}), Tensor::vector<float>({9})}, {}, 18});
  EXPECT_TRUE(data.equals(Tensor::vector<float>({1, 2})));
}

TEST(ScatterElements, RefusesUpdatesThatDoNotFit) {
  const Tensor data = Tensor::zeros(DType::f32, {2, 2});
  EXPECT_EQ(errorOf({"ScatterElements", {data, ints({1, 2}, {0, 1}), Tensor::zeros(DType::f32, {2, 2})}, {}, 18}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"ScatterElements", {data, ints({1, 3}, {0, 1, 0}), Tensor::zeros(DType::f32, {1, 3})}, {}, 18}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"ScatterElements", {data, ints({1, 1}, {2}), Tensor::zeros(DType::f32, {1, 1})}, {}, 18}), ErrorCode::Invalid);
}

TEST(TopK, PutsNanFirstAndBreaksTiesByPosition) {
  const OpCall call{"TopK", {Tensor::vector<float>({1, NAN, 3, 3}), ints({1}, {3})}, {}, 11, 2};
  const auto out = runOp(call);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE((*out)[1].equals(ints({3}, {1, 2, 3})));
}

TEST(TopK, RefusesMoreThanThereIs) {
  EXPECT_EQ(errorOf({"TopK", {Tensor::vector<float>({1, 2}), ints({1}, {3})}, {}, 11, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"TopK", {Tensor::vector<float>({1, 2}), ints({1}, {-1})}, {}, 11, 2}), ErrorCode::Invalid);
}

TEST(Unique, SortsSlicesOfAnAxisWithTheirPlaces) {
  const OpCall call{"Unique", {Tensor::of<float>({3, 2}, {2, 1, 1, 9, 2, 1})}, attributesOf({{"axis", std::int64_t{0}}}), 11, 4};
  const auto out = runOp(call);
  ASSERT_TRUE(out.ok());
  EXPECT_TRUE((*out)[0].equals(Tensor::of<float>({2, 2}, {1, 9, 2, 1})));
  EXPECT_TRUE((*out)[1].equals(ints({2}, {1, 0})));
  EXPECT_TRUE((*out)[2].equals(ints({3}, {1, 0, 1})));
  EXPECT_TRUE((*out)[3].equals(ints({2}, {1, 2})));
}

TEST(OneHot, LeavesIndicesOutsideOff) {
  const OpCall call{"OneHot", {ints({3}, {1, -1, 5}), Tensor::scalar(std::int64_t{2}), Tensor::vector<float>({0, 4})}, {}, 11};
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<float>({3, 2}, {0, 4, 0, 4, 0, 0})));
}

}  // namespace
}  // namespace ew::test
