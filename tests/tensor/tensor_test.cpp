// SPDX-License-Identifier: Apache-2.0
#include "core/tensor/tensor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ew {
namespace {

TEST(Tensor, CopiesShareUntilOneIsWritten) {
  Tensor a = Tensor::vector<float>({1, 2, 3});
  Tensor b = a;
  EXPECT_EQ(a.storage(), b.storage());
  b.mutableData<float>()[0] = 9;
  EXPECT_NE(a.storage(), b.storage());
  EXPECT_EQ(a.data<float>()[0], 1);
}

TEST(Tensor, ViewsAreCopiedWhenWritten) {
  const auto owner = std::make_shared<std::vector<float>>(std::vector<float>{1, 2});
  Tensor view = *Tensor::view(DType::f32, {2}, std::as_bytes(std::span(*owner)), owner);
  view.mutableData<float>()[0] = 5;
  EXPECT_EQ((*owner)[0], 1);
  EXPECT_FALSE(Tensor::view(DType::f32, {3}, std::as_bytes(std::span(*owner)), owner).ok());
}

TEST(Tensor, ImpossibleShapesAreErrorsNotCrashes) {
  EXPECT_EQ(Tensor::create(DType::f32, {-1}).error().code, ErrorCode::Invalid);
  EXPECT_EQ(Tensor::create(DType::f32, {std::int64_t{1} << 40, std::int64_t{1} << 40}).error().code, ErrorCode::Limit);
  EXPECT_EQ(Tensor::create(DType::f32, {std::int64_t{1} << 33}).error().code, ErrorCode::Limit);
}

TEST(Tensor, FloatsBecomeIntegersTruncatedAndSaturated) {
  const Tensor tensor = Tensor::vector(std::vector<double>{1e300, -1e300, std::nan(""), -2.7});
  EXPECT_EQ(*toInts(tensor), (std::vector<std::int64_t>{INT64_MAX, INT64_MIN, 0, -2}));
}

TEST(Tensor, SubByteElementsArePackedLowFirstAndSignExtended) {
  Tensor tensor = Tensor::zeros(DType::i4, {3});
  EXPECT_EQ(tensor.byteSize(), 2U);
  setSubByte(tensor.mutableBytes(), DType::i4, 0, -8);
  setSubByte(tensor.mutableBytes(), DType::i4, 1, 7);
  setSubByte(tensor.mutableBytes(), DType::i4, 2, -1);
  EXPECT_EQ(std::to_integer<int>(tensor.bytes()[0]), 0x78);
  EXPECT_EQ(*toInts(tensor), (std::vector<std::int64_t>{-8, 7, -1}));
}

TEST(Shape, TextNamesSymbols) {
  EXPECT_EQ(Shape({Dim("N"), Dim(3)}).text(), "N x 3");
  EXPECT_EQ(Shape().text(), "scalar");
  EXPECT_FALSE(Shape({Dim("N"), Dim(3)}).elements());
}

}  // namespace
}  // namespace ew
