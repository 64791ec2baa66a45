// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

std::string inferenceError(const OpCall& call, const std::vector<ops::ValueFacts>& facts) {
  const auto result = inferOp(call, facts);
  return result.ok() ? "" : result.error().message;
}

TEST(TypeRules, OperandsOfDifferentTypesAreRefused) {
  const Tensor floats = Tensor::zeros(DType::f32, {2}), integers = Tensor::zeros(DType::i64, {2});
  EXPECT_EQ(inferenceError({"Add", {floats, integers}}, {unknownOf(DType::f32, {2}), unknownOf(DType::i64, {2})}),
            "input 0 (float32) and input 1 (int64) of Add must have the same type");
  EXPECT_EQ(errorOf({"Add", {floats, integers}}), ErrorCode::Invalid);
  EXPECT_EQ(inferenceError({"Where", {floats, floats, floats}}, {unknownOf(DType::f32, {2}), unknownOf(DType::f32, {2}), unknownOf(DType::f32, {2})}),
            "Where does not take input 0 (float32)");
}

TEST(TypeRules, TheLastOfManyOperandsCountsToo) {
  const Tensor floats = Tensor::zeros(DType::f32, {2}), halves = Tensor::zeros(DType::f16, {2});
  EXPECT_EQ(errorOf({"Concat", {floats, floats, floats}, attributesOf({{"axis", std::int64_t{0}}})}), std::nullopt);
  EXPECT_EQ(errorOf({"Concat", {floats, floats, halves}, attributesOf({{"axis", std::int64_t{0}}})}), ErrorCode::Invalid);
}

TEST(TypeRules, AnUnknownOrAbsentOperandIsTakenAsRight) {
  const Tensor floats = Tensor::zeros(DType::f32, {2});
  EXPECT_EQ(inferenceError({"Add", {floats, floats}}, {unknownOf(DType::none, {2}), unknownOf(DType::i64, {2})}), "");
  EXPECT_EQ(errorOf({"Clip", {floats, Tensor(), Tensor::scalar(1.0F)}}), std::nullopt);
}

TEST(TypeRules, TypesOfLaterVersionsAreTaken) {
  EXPECT_EQ(errorOf({"Pow", {Tensor::scalar(2.0F), Tensor::scalar(std::int64_t{3})}}), std::nullopt);
  EXPECT_EQ(errorOf({"Relu", {Tensor::zeros(DType::i32, {2})}}), std::nullopt);
}

}  // namespace
}  // namespace ew::test
