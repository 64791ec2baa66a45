// SPDX-License-Identifier: Apache-2.0
// First versions of operators, which ONNX Runtime does not run: expected by hand from the operators' specifications.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;

Tensor counting(Dims dims) {
  Tensor out = Tensor::zeros(DType::f32, std::move(dims));
  for (std::int64_t i = 0; i < out.size(); ++i) out.mutableData<float>()[static_cast<std::size_t>(i)] = static_cast<float>(i);
  return out;
}

TEST(FirstVersions, CastNamesItsType) {
  const Tensor x = Tensor::vector<float>({1.7F, -2.2F});
  EXPECT_TRUE(outputOf({"Cast", {x}, attributesOf({{"to", std::string("INT32")}}), 1}).equals(Tensor::vector<std::int32_t>({1, -2})));
  EXPECT_EQ(outputOf({"Cast", {x}, attributesOf({{"to", std::string("DOUBLE")}}), 1}).dtype(), DType::f64);
  for (const char* wrong : {"INT33", "none", "sequence", ""}) EXPECT_EQ(errorOf({"Cast", {x}, attributesOf({{"to", std::string(wrong)}}), 1}), ErrorCode::Unsupported) << wrong;
}

TEST(FirstVersions, TileRepeatsOneAxis) {
  const auto tile = [](float tiles, float axis) { return OpCall{"Tile", {counting({1, 2}), Tensor::scalar(tiles), Tensor::scalar(axis)}, {}, 1}; };
  EXPECT_TRUE(outputOf(tile(2, 1)).equals(Tensor::of<float>({1, 4}, {0, 1, 0, 1})));
  EXPECT_EQ(errorOf(tile(2, 2)), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(tile(1e30F, 1)), ErrorCode::Limit);
  EXPECT_EQ(errorOf(tile(NAN, -7)), ErrorCode::Invalid);
}

TEST(FirstVersions, UpsampleScalesHeightAndWidth) {
  const Tensor out = outputOf({"Upsample", {counting({1, 1, 1, 2})}, attributesOf({{"height_scale", 2.0F}, {"width_scale", 2.0F}}), 1});
  EXPECT_TRUE(out.equals(Tensor::of<float>({1, 1, 2, 4}, {0, 0, 1, 1, 0, 0, 1, 1})));
}

TEST(FirstVersions, SecondOperandsAreAlignedByAxis) {
  const auto onAxis1 = attributesOf({{"broadcast", std::int64_t{1}}, {"axis", std::int64_t{1}}});
  const Tensor x = counting({1, 2, 2}), row = Tensor::vector<float>({10, 20});
  EXPECT_TRUE(outputOf({"Add", {x, row}, onAxis1, 6}).equals(Tensor::of<float>({1, 2, 2}, {10, 11, 22, 23})));
  EXPECT_TRUE(outputOf({"Greater", {x, Tensor::vector<float>({0, 2})}, onAxis1, 1}).equals(Tensor::of<bool>({1, 2, 2}, {false, true, false, true})));
  EXPECT_TRUE(outputOf({"Pow", {x, Tensor::vector<float>({1, 2})}, onAxis1, 1}).equals(Tensor::of<float>({1, 2, 2}, {0, 1, 4, 9})));
  EXPECT_TRUE(outputOf({"PRelu", {Tensor::of<float>({1, 2, 2}, {-1, -1, -1, -1}), Tensor::vector<float>({2, 3})}, {}, 6}).equals(Tensor::of<float>({1, 2, 2}, {-2, -2, -3, -3})));
}

TEST(FirstVersions, ListsAreAttributes) {
  EXPECT_EQ(outputOf({"Reshape", {counting({2, 3})}, attributesOf({{"shape", Ints{3, -1}}}), 1}).dims(), (Dims{3, 2}));
  EXPECT_TRUE(outputOf({"Pad", {counting({2})}, attributesOf({{"paddings", Ints{1, 2}}, {"value", 9.0F}}), 1}).equals(Tensor::vector<float>({9, 0, 1, 9, 9})));
  EXPECT_EQ(outputOf({"Squeeze", {counting({1, 3, 1})}, attributesOf({{"axes", Ints{0}}}), 1}).dims(), (Dims{3, 1}));
  EXPECT_EQ(outputOf({"Concat", {counting({1, 2}), counting({1, 3})}, {}, 1}).dims(), (Dims{1, 5}));
  EXPECT_TRUE(outputOf({"ReduceSum", {counting({2, 2})}, attributesOf({{"axes", Ints{0}}, {"keepdims", std::int64_t{0}}}), 1}).equals(Tensor::vector<float>({2, 4})));
}

TEST(FirstVersions, StatisticsOfEachElementAreRefused) {
  const auto spatial = attributesOf({{"spatial", std::int64_t{0}}});
  const Tensor p = counting({2});
  EXPECT_EQ(errorOf({"BatchNormalization", {counting({1, 2, 2}), p, p, p, p}, spatial, 7}), ErrorCode::Unsupported);
}

}  // namespace
}  // namespace ew::test
