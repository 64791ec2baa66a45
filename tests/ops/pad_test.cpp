// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/ops/run_op.h"

namespace ew::test {
namespace {

using Ints = std::vector<std::int64_t>;

OpCall pad(const std::string& mode, Tensor data, const Ints& pads, Tensor value = {}, Tensor axes = {}) {
  return {"Pad", {std::move(data), Tensor::vector(pads), std::move(value), std::move(axes)}, attributesOf({{"mode", mode}}), 19};
}

Tensor row(const std::vector<float>& values) { return Tensor::vector(values); }

// Expected values: numpy.pad of the same arguments.
TEST(Pad, ReflectsAgainWhenThePadIsLongerThanTheAxis) {
  EXPECT_TRUE(outputOf(pad("reflect", row({1, 2, 3}), {5, 4})).equals(row({2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3})));
}

TEST(Pad, ReflectsASingleElement) { EXPECT_TRUE(outputOf(pad("reflect", row({7}), {2, 1})).equals(row({7, 7, 7, 7}))); }

TEST(Pad, WrapsAround) { EXPECT_TRUE(outputOf(pad("wrap", row({1, 2, 3}), {4, 2})).equals(row({3, 1, 2, 3, 1, 2, 3, 1, 2}))); }

TEST(Pad, RepeatsTheEdge) { EXPECT_TRUE(outputOf(pad("edge", row({1, 2}), {1, 3})).equals(row({1, 1, 2, 2, 2, 2}))); }

TEST(Pad, CutsWhereThePadIsNegative) {
  EXPECT_TRUE(outputOf(pad("constant", row({1, 2, 3, 4}), {-1, 2}, Tensor::scalar(9.0F))).equals(row({2, 3, 4, 9, 9})));
  EXPECT_TRUE(outputOf(pad("edge", row({1, 2, 3, 4}), {2, -2})).equals(row({1, 1, 1, 2})));
}

TEST(Pad, PadsOnlyTheNamedAxes) {
  const Tensor data = Tensor::of<float>({2, 2}, {1, 2, 3, 4});
  const Tensor out = outputOf(pad("constant", data, {1, 0}, {}, Tensor::vector<std::int64_t>({-1})));
  EXPECT_TRUE(out.equals(Tensor::of<float>({2, 3}, {0, 1, 2, 0, 3, 4})));
}

TEST(Pad, ReadsItsAttributesBeforeOpset11) {
  const OpCall call{"Pad", {row({1, 2})}, attributesOf({{"pads", Ints{1, 1}}, {"value", 0.5F}}), 2};
  EXPECT_TRUE(outputOf(call).equals(row({0.5F, 1, 2, 0.5F})));
}

TEST(Pad, RefusesWhatCannotBe) {
  EXPECT_EQ(errorOf(pad("reflect", Tensor::zeros(DType::f32, {0}), {1, 1})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(pad("constant", row({1, 2}), {-3, 0})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(pad("constant", row({1, 2}), {-2, -2})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(pad("constant", row({1, 2}), {1})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(pad("constant", row({1, 2}), {INT64_MAX, INT64_MAX})), ErrorCode::Invalid);
  EXPECT_EQ(errorOf(pad("constant", row({1, 2}), {std::int64_t{1} << 39, 0})), ErrorCode::Limit);
  EXPECT_EQ(errorOf(pad("mirror", row({1, 2}), {1, 1})), ErrorCode::Unsupported);
}

}  // namespace
}  // namespace ew::test
