// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/strided.h"
#include "tests/accel/cpu_support.h"

namespace ew::cpu {
namespace {

Dims stridesOfDesc(const Desc& desc) {
  return {desc.data.format_desc.blocking.strides, desc.data.format_desc.blocking.strides + desc.data.ndims};
}

TEST(CpuViews, AxesThatFollowEachOtherInMemoryMergeAndSplit) {
  const Desc last({2, 5, 4, 6}, DataType::f32, Tag::nhwc);
  EXPECT_EQ(stridesOfDesc(*reshapedDesc(last, {2, 5, 24})), (Dims{120, 1, 5}));
  EXPECT_EQ(stridesOfDesc(*reshapedDesc(last, {2, 5, 2, 2, 3, 2})), (Dims{120, 1, 60, 30, 10, 5}));
  EXPECT_EQ(stridesOfDesc(*reshapedDesc(last, {2, 1, 5, 24}))[2], 1);
  EXPECT_FALSE(reshapedDesc(last, {2, 20, 6}));
  EXPECT_FALSE(reshapedDesc(last, {10, 24}));
  EXPECT_FALSE(reshapedDesc(last, {2, 10, 12}));
}

TEST(CpuViews, RowMajorStaysRowMajor) {
  const Desc plain = plainDesc(DType::f32, {3, 4, 5});
  for (const Dims& dims : {Dims{60}, Dims{12, 5}, Dims{3, 20}, Dims{2, 30}, Dims{1, 60, 1}, Dims{3, 1, 4, 5}}) EXPECT_EQ(*reshapedDesc(plain, dims), plainDesc(DType::f32, dims));
  EXPECT_EQ(*reshapedDesc(Desc({1, 7, 1, 1}, DataType::f32, Tag::nhwc), {1, 7}), plainDesc(DType::f32, {1, 7}));
  EXPECT_EQ(*reshapedDesc(plainDesc(DType::f32, {1, 1}), {}), plainDesc(DType::f32, {}));
}

TEST(CpuViews, BlocksAreNotMerged) { EXPECT_FALSE(reshapedDesc(Desc({1, 32, 4, 4}, DataType::f32, Tag::nChw16c), {1, 32, 16})); }

TEST(CpuViews, HeadsOfADetectorAreJoinedPixelByPixel) {
  const std::string text = R"(
    input x:f32[1,8,8,8]
    A:f32[10,8,1,1] = random(2)
    B:f32[10,8,3,3] = random(3)
    s:i64[3] = {1, 10, -1}
    Conv(x, A) -> a
    Sigmoid(a) -> as
    Conv(x, B){strides=[2,2],pads=[1,1,1,1]} -> b
    Sigmoid(b) -> bs
    Reshape(as, s) -> p
    Reshape(bs, s) -> q
    Concat(p, q){axis=2} -> r
    Transpose(r){perm=[0,2,1]} -> y
    output y
  )";
  test::expectSameAsReference(text);
  EXPECT_EQ(test::kernelsOf(text).find("jit:uni"), std::string::npos) << test::kernelsOf(text);
}

TEST(CpuViews, OneHotRowsAreComparedStraightIntoFloats) {
  const std::string text = R"(
    input x:i32[2,5,1]
    n:i32[1,1,7] = {0,1,2,3,-1,5,6}
    Equal(x, n) -> e
    Cast(e){to=1} -> y
    output y
)";
  test::expectSameAsReference(text);
  EXPECT_EQ(test::kernelsOf(text), "elementwise");
}

std::string sliced(const std::string& extra) {
  return R"(
    input x:f32[1,3,20,28]
    W:f32[10,12,3,3] = random(2)
    b:f32[10] = random(3)
    zero:i64[1] = {0}
    one:i64[1] = {1}
    two:i64[1] = {2}
    three:i64[1] = {3}
    end:i64[1] = {1000}
    Slice(x, zero, end, two, two) -> even
    Slice(x, one, end, two, two) -> odd
    Slice(even, zero, end, three, two) -> a
    Slice(odd, zero, end, three, two) -> c
    Slice(even, one, end, three, two) -> d
    Slice(odd, one, end, three, two) -> e
    Concat(a, c, d, e){axis=1} -> f
    Conv(f, W, b){pads=[1,1,1,1]} -> g
    Relu(g) -> y
    output y
)" + extra;
}

TEST(CpuViews, AnImageCutIntoChannelsIsReadAsItLies) {
  EXPECT_EQ(test::kernelsOf(sliced("")).find(", "), std::string::npos) << test::kernelsOf(sliced(""));
  test::expectSameAsReference(sliced(""));
  test::expectSameAsReference(sliced("output d\n"));
  CompileOptions all;
  all.observeAll = true;
  test::expectSameAsReference(sliced(""), 1, all);
}

}  // namespace
}  // namespace ew::cpu
