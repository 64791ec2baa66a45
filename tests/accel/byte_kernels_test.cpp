// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "accel/cpu/loops/byte_loops.h"
#include "tests/accel/cpu_support.h"

namespace ew {
namespace {

using test::expectSameAsReference;

std::vector<std::uint8_t> randomBytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> out(count);
  for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random() & 0xFF);
  return out;
}

TEST(ByteKernels, LookedUpRunsOfAnyLengthGoWhereTheyBelongAndNowhereElse) {
  const std::vector<std::uint8_t> table = randomBytes(256, 1), x = randomBytes(1000, 2);
  for (const std::int64_t run : {1, 7, 16, 31, 32, 63, 64, 65, 130}) {
    const std::int64_t step = run + 5, rows = 7;
    std::vector<std::uint8_t> y(static_cast<std::size_t>(step * rows), 0xEE);
    cpu::lookUpRuns(x.data(), run, table.data(), y.data(), step, rows);
    for (std::int64_t i = 0; i < step * rows; ++i) {
      const bool inside = i % step < run;
      const int wanted = inside ? table[x[static_cast<std::size_t>(i / step * run + i % step)]] : 0xEE;
      ASSERT_EQ(int{y[static_cast<std::size_t>(i)]}, wanted) << run << " at " << i;
    }
  }
}

TEST(ByteKernels, SpreadElementsOfEverySizeComeTogether) {
  const std::vector<std::uint8_t> x = randomBytes(8 * 3 * 100, 3);
  for (const std::size_t size : {1, 2, 4, 8})
    for (const std::int64_t step : {0, 2, 3}) {
      std::vector<std::uint8_t> y(97 * size + 1, 0xEE);
      cpu::copySpread(reinterpret_cast<const std::byte*>(x.data()), step, size, reinterpret_cast<std::byte*>(y.data()), 97);
      for (std::size_t i = 0; i < 97 * size; ++i) ASSERT_EQ(y[i], x[i / size * static_cast<std::size_t>(step) * size + i % size]);
      ASSERT_EQ(y.back(), 0xEE);
    }
}

TEST(ByteKernels, MovedElementsOfEveryTypeAreTheReferences) {
  for (const char* type : {"f32", "u8", "i8", "i32"}) {
    const std::string input = "opset 17\ninput x:" + std::string(type) + "[2,12,8,10]\n";
    expectSameAsReference(input + "SpaceToDepth(x){blocksize=2} -> y\noutput y");
    expectSameAsReference(input + "DepthToSpace(x){blocksize=2} -> y\noutput y");
    expectSameAsReference(input + "DepthToSpace(x){blocksize=2, mode=\"CRD\"} -> y\noutput y");
    expectSameAsReference(input + "b:i64[2] = {1,9}\ne:i64[2] = {12,-11}\na:i64[2] = {1,3}\ns:i64[2] = {3,-2}\nSlice(x, b, e, a, s) -> y\noutput y");
    expectSameAsReference(input + "g:i64[5] = {8,6,4,2,0}\nGather(x, g){axis=3} -> y\noutput y");
    expectSameAsReference(input + "g:i64[4] = {1,1,4,9}\nGather(x, g){axis=3} -> y\noutput y");
    expectSameAsReference("opset 17\ninput x:" + std::string(type) + "[1,3,1]\nt:i64[3] = {2,1,5}\nTile(x, t) -> y\noutput y");
  }
}

}  // namespace
}  // namespace ew
