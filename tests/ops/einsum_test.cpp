// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

OpCall einsum(const std::string& equation, std::vector<Tensor> inputs) {
  return {"Einsum", std::move(inputs), attributesOf({{"equation", equation}}), 12};
}

const Tensor square = Tensor::of<float>({2, 2}, {1, 2, 3, 4});

TEST(Einsum, TakesDiagonalsAndTraces) {
  EXPECT_TRUE(outputOf(einsum("ii->i", {square})).equals(Tensor::vector<float>({1, 4})));
  EXPECT_TRUE(outputOf(einsum("ii", {square})).equals(Tensor::scalar(5.0F)));
}

TEST(Einsum, BroadcastsEllipses) {
  const Tensor stack = Tensor::of<float>({2, 1, 2}, {1, 2, 3, 4});
  EXPECT_TRUE(outputOf(einsum("...ij,...jk->...ik", {stack, square})).equals(Tensor::of<float>({2, 1, 2}, {7, 10, 15, 22})));
}

TEST(Einsum, OrdersAnImplicitOutputAlphabetically) {
  EXPECT_TRUE(outputOf(einsum("ba", {square})).equals(Tensor::of<float>({2, 2}, {1, 3, 2, 4})));
}

TEST(Einsum, MultipliesIntegersExactly) {
  const Tensor big = Tensor::vector<std::int64_t>({std::int64_t{1} << 40, 1});
  EXPECT_TRUE(outputOf(einsum("i,i", {big, Tensor::vector<std::int64_t>({1 << 20, 1})})).equals(Tensor::scalar((std::int64_t{1} << 60) + 1)));
}

TEST(Einsum, RefusesEquationsThatDoNotFit) {
  EXPECT_EQ(errorOf(einsum("ij->ii", {square})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(einsum("ij->k", {square})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(einsum("ijk", {square})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(einsum("ij,jk", {square})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(einsum("i$", {square})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(einsum("ij,jk", {square, Tensor::zeros(DType::f32, {3, 2})})), ErrorCode::Invalid);
}

TEST(Einsum, RefusesEndlessWork) {
  const Tensor line = Tensor::zeros(DType::f32, {1 << 14});
  EXPECT_EQ(errorOf(einsum("a,b,c->", {line, line, line})), ErrorCode::Limit);
}

}  // namespace
}  // namespace ew::test
