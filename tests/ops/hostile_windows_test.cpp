// SPDX-License-Identifier: Apache-2.0
// Attributes that ask for absurd windows: an answer or an error at once, never a hang or a huge allocation.
#include <gtest/gtest.h>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;
constexpr std::int64_t huge = 2147483647;

TEST(HostileWindows, AHugeKernelOverHugePaddingVisitsOnlyTheInput) {
  const Tensor y = outputOf({.op = "MaxPool",
                             .inputs = {Tensor::of<float>({1, 1, 2, 2}, {1, 2, 3, 4})},
                             .attributes = attributesOf({{"kernel_shape", Ints{huge, huge}}, {"pads", Ints{huge - 2, huge - 2, 0, 0}}})});
  EXPECT_TRUE(y.equals(Tensor::of<float>({1, 1, 1, 1}, {4})));
}

TEST(HostileWindows, PaddingThatMakesAnAbsurdOutputIsALimit) {
  EXPECT_EQ(errorOf({.op = "AveragePool",
                     .inputs = {Tensor::zeros(DType::f32, {1, 1, 2, 2})},
                     .attributes = attributesOf({{"kernel_shape", Ints{1, 1}}, {"pads", Ints{huge, huge, huge, huge}}})}),
            ErrorCode::Limit);
}

TEST(HostileWindows, AKernelWithoutElementsCannotClaimWork) {
  const Tensor y = outputOf({.op = "Conv",
                             .inputs = {Tensor::zeros(DType::f32, {1, 0, 4, 4}), Tensor::zeros(DType::f32, {2, 0, huge, 1}), Tensor::vector<float>({1, 2})},
                             .attributes = attributesOf({{"pads", Ints{huge, 0, huge, 0}}, {"strides", Ints{huge, 1}}})});
  EXPECT_EQ(y.dims(), (Dims{1, 2, 2, 4}));
  EXPECT_EQ(y.data<float>()[15], 2);
}

TEST(HostileWindows, NegativeZeroAndOverlongAttributesAreInvalid) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, Ints>>{{"strides", {0, 1}}, {"strides", {1}}, {"dilations", {1, -3}}, {"pads", {1, 1}}, {"kernel_shape", {3, 3, 3}}})
    EXPECT_EQ(errorOf({.op = "Conv",
                       .inputs = {Tensor::zeros(DType::f32, {1, 1, 4, 4}), Tensor::zeros(DType::f32, {1, 1, 2, 2})},
                       .attributes = attributesOf({{name, value}})}),
              ErrorCode::Invalid)
        << name;
}

TEST(HostileWindows, TooManyGroupsAreInvalid) {
  for (const std::int64_t group : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{3}, INT64_MAX})
    EXPECT_EQ(errorOf({.op = "Conv",
                       .inputs = {Tensor::zeros(DType::f32, {1, 4, 4, 4}), Tensor::zeros(DType::f32, {2, 2, 1, 1})},
                       .attributes = attributesOf({{"group", group}})}),
              ErrorCode::Invalid);
}

TEST(HostileWindows, AWideAntialiasFilterIsALimit) {
  EXPECT_EQ(errorOf({.op = "Resize",
                     .inputs = {Tensor::zeros(DType::u8, {1, 1 << 25}), Tensor(), Tensor::vector<float>({1, 1e-6F})},
                     .attributes = attributesOf({{"mode", std::string("linear")}, {"antialias", std::int64_t{1}}})}),
            ErrorCode::Limit);
}

TEST(HostileWindows, UnpoolingOutsideTheOutputIsInvalid) {
  for (const std::int64_t index : {std::int64_t{-1}, std::int64_t{16}, INT64_MAX})
    EXPECT_EQ(errorOf({.op = "MaxUnpool",
                       .inputs = {Tensor::of<float>({1, 1, 1, 1}, {1}), Tensor::of<std::int64_t>({1, 1, 1, 1}, {index})},
                       .attributes = attributesOf({{"kernel_shape", Ints{4, 4}}})}),
              ErrorCode::Invalid);
}

}  // namespace
}  // namespace ew::test
