// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;

Tensor counting(Dims dims) {
  Tensor out = Tensor::zeros(DType::i32, std::move(dims));
  std::int32_t next = 0;
  for (std::int32_t& element : out.mutableData<std::int32_t>()) element = next++;
  return out;
}

OpCall slice(Tensor data, const Ints& starts, const Ints& ends, const Ints& axes, const Ints& steps) {
  return {"Slice", {std::move(data), Tensor::vector(starts), Tensor::vector(ends), Tensor::vector(axes), Tensor::vector(steps)}, {}, 13};
}

TEST(Slice, StepsBackwardsToTheFirstElement) {
  const Tensor out = outputOf(slice(counting({5}), {-1}, {INT64_MIN}, {0}, {-2}));
  EXPECT_TRUE(out.equals(Tensor::vector<std::int32_t>({4, 2, 0})));
}

TEST(Slice, ClampsBoundsThatLieFarOutside) {
  const Tensor out = outputOf(slice(counting({2, 3}), {INT64_MIN}, {INT64_MAX}, {-1}, {INT64_MAX}));
  EXPECT_TRUE(out.equals(Tensor::of<std::int32_t>({2, 1}, {0, 3})));
}

TEST(Slice, TakesAnEmptyRange) { EXPECT_EQ(outputOf(slice(counting({4}), {3}, {1}, {0}, {1})).dims(), Dims{0}); }

TEST(Slice, ReadsItsAttributesBeforeOpset10) {
  const OpCall call{"Slice", {counting({3, 4})}, attributesOf({{"starts", Ints{1}}, {"ends", Ints{3}}, {"axes", Ints{1}}}), 9};
  EXPECT_TRUE(outputOf(call).equals(Tensor::of<std::int32_t>({3, 2}, {1, 2, 5, 6, 9, 10})));
}

TEST(Transpose, MovesPackedNibbles) {
  Tensor data = Tensor::zeros(DType::i4, {2, 3});
  for (int i = 0; i < 6; ++i) setSubByte(data.mutableBytes(), DType::i4, i, i - 2);
  const Tensor out = outputOf({"Transpose", {data}, {}, 21});
  ASSERT_EQ(out.dims(), (Dims{3, 2}));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(subByteAt(out, i), i / 2 + i % 2 * 3 - 2);
}

TEST(Slice, RefusesWhatCannotBe) {
  EXPECT_EQ(errorOf(slice(counting({4}), {0}, {2}, {0}, {0})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(slice(counting({4}), {0}, {2}, {1}, {1})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(slice(counting({4, 4}), {0, 0}, {2, 2}, {0, 0}, {1, 1})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(slice(counting({4}), {0, 1}, {2}, {0}, {1})), ErrorCode::Invalid);
}

TEST(Slice, InfersAroundDynamicExtents) {
  const Tensor starts = Tensor::vector<std::int64_t>({0, 1}), ends = Tensor::vector<std::int64_t>({INT64_MAX, 3});
  const auto out = inferOp({"Slice", {}, {}, 13}, {unknownOf(DType::f32, {Dim("N"), Dim(8), Dim("W")}), constantOf(starts), constantOf(ends)});
  ASSERT_TRUE(out.ok()) << out.error().text();
  EXPECT_EQ((*out)[0].shape->text(), "N x 2 x W");
}

TEST(Slice, KeepsWhatIsKnownOfAShape) {
  // Shape -> Slice -> ...: the batch stays a symbol.
  const std::vector<Dim> elements{Dim("N"), Dim(3), Dim(8)};
  ops::ValueFacts shape = unknownOf(DType::i64, {Dim(3)});
  shape.elements = &elements;
  const Tensor start = Tensor::vector<std::int64_t>({0}), end = Tensor::vector<std::int64_t>({2});
  const auto out = inferOp({"Slice", {}, {}, 13}, {shape, constantOf(start), constantOf(end)});
  ASSERT_TRUE(out.ok());
  ASSERT_TRUE((*out)[0].elements.has_value());
  EXPECT_EQ(*(*out)[0].elements, (std::vector<Dim>{Dim("N"), Dim(3)}));
}

}  // namespace
}  // namespace ew::test
