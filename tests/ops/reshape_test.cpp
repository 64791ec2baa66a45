// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;

OpCall reshape(Dims from, const Ints& shape, bool allowZero = false) {
  return {"Reshape", {Tensor::zeros(DType::f32, std::move(from)), Tensor::vector(shape)}, attributesOf({{"allowzero", std::int64_t{allowZero}}}), 14};
}

std::string inferred(std::vector<Dim> from, const std::vector<Dim>& shape) {
  ops::ValueFacts operand = unknownOf(DType::i64, {Dim(static_cast<std::int64_t>(shape.size()))});
  operand.elements = &shape;
  const auto out = inferOp({"Reshape", {}, {}, 14}, {unknownOf(DType::f32, std::move(from)), operand});
  if (!out.ok()) return out.error().text();
  return (*out)[0].shape ? (*out)[0].shape->text() : "unknown";
}

TEST(Reshape, CopiesZerosAndFillsMinusOne) { EXPECT_EQ(outputOf(reshape({2, 3, 4}, {0, -1, 2})).dims(), (Dims{2, 6, 2})); }

TEST(Reshape, KeepsZerosThatAreMeant) {
  EXPECT_EQ(outputOf(reshape({0, 3}, {3, 0}, true)).dims(), (Dims{3, 0}));
  EXPECT_EQ(errorOf(reshape({2, 3}, {0, 6}, true)), ErrorCode::Invalid);
}

TEST(Reshape, RefusesWhatDoesNotFit) {
  EXPECT_EQ(errorOf(reshape({2, 3}, {4, -1})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(reshape({2, 3}, {-1, -1})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(reshape({2, 3}, {-2, 3})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(reshape({2, 3}, {2, 3, 0})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(reshape({2, 3}, {INT64_MAX, INT64_MAX, 6})), ErrorCode::Invalid);
}

TEST(Reshape, InfersWithDynamicExtents) {
  EXPECT_EQ(inferred({Dim("N"), Dim(3), Dim(4)}, {Dim(0), Dim(-1)}), "N x 12");
  EXPECT_EQ(inferred({Dim("N"), Dim(3), Dim(4)}, {Dim(-1), Dim(12)}), "N x 12");
  EXPECT_EQ(inferred({Dim("N"), Dim(3), Dim(4)}, {Dim("N"), Dim(-1)}), "N x 12");
  EXPECT_EQ(inferred({Dim("N"), Dim(4)}, {Dim(-1), Dim(2)}), "2*N x 2");
  EXPECT_EQ(inferred({Dim("N"), Dim("M")}, {Dim(0), Dim(-1)}), "N x M");
  EXPECT_EQ(inferred({Dim(2), Dim(6)}, {Dim(3), Dim(-1)}), "3 x 4");
}

}  // namespace
}  // namespace ew::test
