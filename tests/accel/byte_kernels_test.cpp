// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
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
  for (const cpu::LookUpSet& set : cpu::lookUpSets())
    for (const std::uint8_t flip : {std::uint8_t{0}, std::uint8_t{0x80}})
      for (const std::int64_t run : {1, 7, 16, 31, 32, 63, 64, 65, 130}) {
        const std::int64_t step = run + 5, rows = 7;
        std::vector<std::uint8_t> y(static_cast<std::size_t>(step * rows), 0xEE);
        set.run(x.data(), run, table.data(), flip, y.data(), step, rows);
        for (std::int64_t i = 0; i < step * rows; ++i) {
          const bool inside = i % step < run;
          const int wanted = inside ? table[x[static_cast<std::size_t>(i / step * run + i % step)] ^ flip] : 0xEE;
          ASSERT_EQ(int{y[static_cast<std::size_t>(i)]}, wanted) << set.name << " " << run << " at " << i;
        }
      }
}

/// Every byte pair with zero points of its own, in any number of elements, against the definition.
template <class T, class A, class B>
void expectSums(unsigned seed) {
  std::mt19937 random(seed);
  const auto pick = [&](auto like) { return static_cast<std::int32_t>(static_cast<decltype(like)>(random() & 0xFF)); };
  const std::int32_t az = pick(A{}), bz = pick(B{}), yz = pick(T{});
  for (const float ma : {0.5F, 0.37F, 3e7F})
    for (const std::int64_t n : {1, 15, 64, 65, 1000}) {
      const std::vector<std::uint8_t> a = randomBytes(static_cast<std::size_t>(n), seed + 1), b = randomBytes(static_cast<std::size_t>(n), seed + 2);
      const auto* as = reinterpret_cast<const A*>(a.data());
      const auto* bs = reinterpret_cast<const B*>(b.data());
      std::vector<T> all(static_cast<std::size_t>(n) + 1, T{77}), plain = all;
      cpu::addAllBytes(as, az, ma, bs, bz, 0.25F, yz, all.data(), n);
      cpu::addBytes(as, 1, az, ma, bs, 1, bz, 0.25F, yz, plain.data(), n);
      for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
        const T wanted = ops::addQuantizedFloat<T>(as[i] - az, ma, bs[i] - bz, 0.25F, yz);
        ASSERT_EQ(int{all[i]}, int{wanted});
        ASSERT_EQ(int{plain[i]}, int{wanted});
      }
      ASSERT_EQ(int{all.back()}, 77);
    }
}

TEST(ByteKernels, SumsAreTheDefinitionsForAllTypes) {
  using U = std::uint8_t;
  using S = std::int8_t;
  expectSums<U, U, U>(1);
  expectSums<U, U, S>(2);
  expectSums<U, S, U>(3);
  expectSums<U, S, S>(4);
  expectSums<S, U, U>(5);
  expectSums<S, U, S>(6);
  expectSums<S, S, U>(7);
  expectSums<S, S, S>(8);
}

template <class T>
void expectQuantized(std::int32_t zeroPoint) {
  std::mt19937 random(4);
  for (const float scale : {0.02F, 0.0625F, 1.0F / 3.0F, 1e30F, 1e-30F, 1e-44F}) {
    std::vector<float> x{0.0F, -0.0F, 1e38F, -1e38F, std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                         std::numeric_limits<float>::quiet_NaN()};
    for (int i = 0; i < 3000; ++i) x.push_back(scale * std::uniform_real_distribution<float>(-300, 300)(random));
    for (int i = -300; i < 300; ++i)  // ties and their neighbours
      for (const float to : {-1e30F, 1e30F, 0.0F}) {
        const float tie = (static_cast<float>(i) + 0.5F) * scale;
        x.push_back(to == 0 ? tie : std::nextafter(tie, to));
      }
    std::vector<T> all(x.size() + 1, T{77}), plain = all;
    cpu::quantizeAllFloats(x.data(), scale, zeroPoint, all.data(), static_cast<std::int64_t>(x.size()));
    cpu::quantizeFloats(x.data(), scale, zeroPoint, plain.data(), static_cast<std::int64_t>(x.size()));
    for (std::size_t i = 0; i < x.size(); ++i) {
      const T wanted = ops::quantizeValue<T>(x[i], scale, zeroPoint);
      ASSERT_EQ(int{all[i]}, int{wanted}) << x[i] << " / " << scale;
      ASSERT_EQ(int{plain[i]}, int{wanted}) << x[i] << " / " << scale;
    }
    ASSERT_EQ(int{all.back()}, 77);
  }
}

TEST(ByteKernels, FloatsAreQuantizedByTheQuotientExactly) {
  expectQuantized<std::uint8_t>(0);
  expectQuantized<std::uint8_t>(131);
  expectQuantized<std::int8_t>(0);
  expectQuantized<std::int8_t>(-128);
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
