// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();

TEST(Arithmetic, IntegersWrapAround) {
  EXPECT_TRUE(outputOf({"Add", {Tensor::scalar<std::int8_t>(127), Tensor::scalar<std::int8_t>(1)}}).equals(Tensor::scalar<std::int8_t>(-128)));
  EXPECT_TRUE(outputOf({"Mul", {Tensor::scalar(lowest), Tensor::scalar<std::int64_t>(-1)}}).equals(Tensor::scalar(lowest)));
  EXPECT_TRUE(outputOf({"Div", {Tensor::scalar(lowest), Tensor::scalar<std::int64_t>(-1)}}).equals(Tensor::scalar(lowest)));
  EXPECT_TRUE(outputOf({"Neg", {Tensor::scalar(lowest)}}).equals(Tensor::scalar(lowest)));
  EXPECT_TRUE(outputOf({"Abs", {Tensor::scalar(lowest)}}).equals(Tensor::scalar(lowest)));
  EXPECT_TRUE(outputOf({"Mod", {Tensor::scalar(lowest), Tensor::scalar<std::int64_t>(-1)}}).equals(Tensor::scalar<std::int64_t>(0)));
  EXPECT_TRUE(outputOf({"Mul", {Tensor::scalar<std::uint16_t>(65535), Tensor::scalar<std::uint16_t>(65535)}}).equals(Tensor::scalar<std::uint16_t>(1)));
}

TEST(Arithmetic, RefusesIntegerDivisionByZero) {
  EXPECT_EQ(errorOf({"Div", {Tensor::scalar(7), Tensor::scalar(0)}}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Mod", {Tensor::scalar(7), Tensor::scalar(0)}}), ErrorCode::Invalid);
  EXPECT_TRUE(std::isinf(outputOf({"Div", {Tensor::scalar(1.0F), Tensor::scalar(0.0F)}}).data<float>()[0]));
}

TEST(Arithmetic, RefusesOperandsOfTwoTypesOrThreeOfThem) {
  EXPECT_EQ(errorOf({"Add", {Tensor::scalar(1.0F), Tensor::scalar(1)}}), ErrorCode::Invalid);
  EXPECT_EQ(errorOf({"Add", {Tensor::scalar(1), Tensor::scalar(1), Tensor::scalar(1)}}), ErrorCode::Invalid);
}

TEST(Arithmetic, PlacesTheSecondOperandByAxisBeforeOpset7) {
  const Attributes attributes = attributesOf({{"broadcast", std::int64_t{1}}, {"axis", std::int64_t{0}}});
  const OpCall call{"Add", {Tensor::of<float>({2, 3}, {0, 0, 0, 0, 0, 0}), Tensor::vector<float>({1, 2})}, attributes, 6};
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<float>({2, 3}, {1, 1, 1, 2, 2, 2})));
  const auto inferred = inferOp(call, {unknownOf(DType::f32, {Dim(2), Dim("W")}), unknownOf(DType::f32, {Dim(2)})});
  ASSERT_TRUE(inferred.ok());
  EXPECT_EQ((*inferred)[0].shape->text(), "2 x W");
}

TEST(Mod, FollowsTheSignOfTheDivisorUnlessToldOtherwise) {
  EXPECT_TRUE(outputOf({"Mod", {Tensor::scalar(-7), Tensor::scalar(3)}}).equals(Tensor::scalar(2)));
  EXPECT_TRUE(outputOf({"Mod", {Tensor::scalar(-7), Tensor::scalar(3)}, attributesOf({{"fmod", std::int64_t{1}}})}).equals(Tensor::scalar(-1)));
}

TEST(Pow, TakesIntegersToIntegerPowersExactly) {
  EXPECT_TRUE(outputOf({"Pow", {Tensor::scalar<std::int64_t>(3), Tensor::scalar<std::int64_t>(39)}}).equals(Tensor::scalar<std::int64_t>(4052555153018976267)));
}

TEST(MinMax, NanWinsFromEitherSide) {
  for (const char* op : {"Max", "Min"}) {
    EXPECT_TRUE(std::isnan(outputOf({op, {Tensor::scalar(1.0F), Tensor::scalar(NAN)}}).data<float>()[0]));
    EXPECT_TRUE(std::isnan(outputOf({op, {Tensor::scalar(NAN), Tensor::scalar(1.0F)}}).data<float>()[0]));
  }
}

TEST(Arithmetic, KeepsSymbolsThroughShapeArithmetic) {
  const std::vector<Dim> elements{Dim("N"), Dim(6), Dim("N")};
  ops::ValueFacts shape = unknownOf(DType::i64, {Dim(3)});
  shape.elements = &elements;
  const Tensor by = Tensor::vector<std::int64_t>({1, 2, 2});
  const auto out = inferOp({"Div", {}, {}, 13}, {shape, constantOf(by)});
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(*(*out)[0].elements, (std::vector<Dim>{Dim("N"), Dim(3), Dim("floor(N/2)")}));
}

TEST(Reduce, NothingToReduceGivesTheNeutralElement) {
  const Tensor none = Tensor::zeros(DType::f32, {0, 2});
  const Attributes axis = attributesOf({{"axes", std::vector<std::int64_t>{0}}, {"keepdims", std::int64_t{0}}});
  EXPECT_TRUE(outputOf({"ReduceSum", {none}, axis, 11}).equals(Tensor::vector<float>({0, 0})));
  EXPECT_TRUE(outputOf({"ReduceProd", {none}, axis, 11}).equals(Tensor::vector<float>({1, 1})));
  EXPECT_TRUE(outputOf({"ReduceMax", {none}, axis, 11}).equals(Tensor::vector<float>({-INFINITY, -INFINITY})));
}

TEST(Reduce, LogSumExpDoesNotOverflow) {
  const Tensor out = outputOf({"ReduceLogSumExp", {Tensor::vector<float>({1000, 1000})}, attributesOf({{"keepdims", std::int64_t{0}}})});
  EXPECT_FLOAT_EQ(out.data<float>()[0], 1000 + std::log(2.0F));
}

TEST(Range, CountsWithoutOverflow) {
  const OpCall call{"Range", {Tensor::scalar(lowest), Tensor::scalar(std::numeric_limits<std::int64_t>::max()), Tensor::scalar<std::int64_t>(1)}, {}, 11};
  EXPECT_EQ(errorOf(call), ErrorCode::Limit);
  EXPECT_EQ(errorOf({"Range", {Tensor::scalar(0), Tensor::scalar(5), Tensor::scalar(0)}, {}, 11}), ErrorCode::Invalid);
  EXPECT_TRUE(outputOf({"Range", {Tensor::scalar(5), Tensor::scalar(-2), Tensor::scalar(-3)}, {}, 11}).equals(Tensor::vector<std::int32_t>({5, 2, -1})));
}

}  // namespace
}  // namespace ew::test
