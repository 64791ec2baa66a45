// SPDX-License-Identifier: Apache-2.0
// Operands that ask for the impossible: each is an error that says so, none runs for long or reads outside.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;
constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();

Tensor floats(Dims dims) { return Tensor::zeros(DType::f32, std::move(dims)); }
Tensor shape(const Ints& values) { return Tensor::vector(values); }

TEST(HostileOperands, ShapesThatCannotBeAllocated) {
  EXPECT_EQ(errorOf({"ConstantOfShape", {shape({huge, 2})}}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"ConstantOfShape", {shape({-1})}}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Expand", {floats({1}), shape({1 << 20, 1 << 20})}}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"Tile", {floats({2}), shape({huge})}}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"Tile", {floats({2}), shape({-1})}}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"OneHot", {shape({0}), Tensor::scalar(huge), floats({2})}}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"OneHot", {shape({0}), Tensor::scalar(std::int64_t{-2}), floats({2})}}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"CenterCropPad", {floats({2}), shape({-3})}}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"HannWindow", {Tensor::scalar(huge)}}), ErrorCode::Limit);
}

TEST(HostileOperands, RankOperandsOfManyEntries) {
  EXPECT_EQ(errorOf({"ConstantOfShape", {Tensor::zeros(DType::i64, {5000})}}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"Reshape", {floats({1}), Tensor::zeros(DType::i64, {2, 2})}}), ErrorCode::Invalid);
}

TEST(HostileOperands, RegionsAndGridsFarOutside) {
  const Tensor image = Tensor::of<float>({1, 1, 2, 2}, {1, 2, 3, 4});
  const Tensor region = Tensor::of<float>({1, 4}, {0, 0, 1e9F, 1e9F});
  EXPECT_EQ(errorOf({"RoiAlign", {image, region, shape({0})}}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"RoiAlign", {image, region, shape({1})}}), ErrorCode::Invalid);
  const Tensor grid = Tensor::of<float>({1, 1, 3, 2}, {NAN, 0, INFINITY, -INFINITY, 1e30F, 0});
  for (const char* padding : {"zeros", "border", "reflection"}) {
    const Tensor out = outputOf({"GridSample", {image, grid}, attributesOf({{"padding_mode", std::string(padding)}}), 20});
    for (const float value : out.data<float>()) EXPECT_TRUE(value >= 0 && value <= 4) << padding;
  }
}

TEST(HostileOperands, TransformsOfNoOrEndlessLength) {
  const Tensor signal = floats({1, 8, 1});
  EXPECT_EQ(errorOf({"DFT", {signal, Tensor::scalar(std::int64_t{0})}, {}, 17}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"DFT", {signal, Tensor::scalar(huge)}, {}, 17}), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"DFT", {floats({1, 8, 3})}, {}, 17}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"STFT", {signal, Tensor::scalar(std::int64_t{0}), floats({4})}, {}, 17}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"STFT", {signal, Tensor::scalar(std::int64_t{1}), floats({9})}, {}, 17}), ErrorCode::Invalid);
}

TEST(HostileOperands, RecurrentWeightsThatDoNotMatch) {
  const Tensor x = floats({2, 1, 3}), w = floats({1, 8, 3}), r = floats({1, 8, 2});
  EXPECT_EQ(errorOf({"LSTM", {x, w, r}, {}, 14, 3}), std::nullopt);
  EXPECT_EQ(errorOf({"LSTM", {x, floats({1, 8, 4}), r}, {}, 14, 3}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"GRU", {x, w, r}, {}, 14, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"LSTM", {x, w, r, {}, Tensor::vector<std::int32_t>({3})}, {}, 14, 3}), ErrorCode::Invalid);
  const Attributes odd = attributesOf({{"activations", std::vector<std::string>{"Sigmoid", "Tanh", "Nothing"}}});
  EXPECT_EQ(errorOf({"LSTM", {x, w, r}, odd, 14, 3}), ErrorCode::Unsupported);
}

TEST(HostileOperands, OperandsThatDoNotMatch) {
  EXPECT_EQ(errorOf({"Concat", {floats({2, 3}), floats({2, 4})}, attributesOf({{"axis", std::int64_t{0}}})}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Concat", {floats({2}), Tensor::zeros(DType::i32, {2})}, attributesOf({{"axis", std::int64_t{0}}})}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Split", {floats({4}), shape({3, 2})}, {}, 13, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Split", {floats({5})}, {}, 13, 2}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Transpose", {floats({2, 3})}, attributesOf({{"perm", Ints{0, 0}}})}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Squeeze", {floats({2, 1}), shape({0})}, {}, 13}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"ReverseSequence", {floats({2, 1}), shape({3})}, {}, 10}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"DepthToSpace", {floats({1, 6, 2, 2})}, attributesOf({{"blocksize", std::int64_t{4}}})}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"NonMaxSuppression", {floats({1, 3, 4}), floats({1, 1, 2})}, {}, 11}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Col2Im", {floats({1, 5, 5}), shape({5, 5}), shape({1, 6})}}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Compress", {floats({2}), floats({2})}}), ErrorCode::Invalid);
}

}  // namespace
}  // namespace ew::test
