// SPDX-License-Identifier: Apache-2.0
#include "core/ops/extent.h"

#include <gtest/gtest.h>

#include <random>

namespace ew::ops {
namespace {

Extent n() { return Extent::symbol("N"); }
Extent m() { return Extent::symbol("M"); }
std::string text(const std::optional<Extent>& extent) { return extent ? extent->text() : "?"; }

TEST(Extent, EqualExpressionsHaveOneText) {
  EXPECT_EQ(text(n() + n()), "2*N");
  EXPECT_EQ(text(*(n() + Extent(1)) - Extent(1)), "N");
  EXPECT_EQ(text(n() - n()), "0");
  EXPECT_EQ(text(*(m() + Extent(2)) * *(n() - Extent(1))), "M*N - M + 2*N - 2");
  EXPECT_EQ(text(n() * m()), text(m() * n()));
  EXPECT_EQ(text(Extent(0) - n()), "-N");
}

TEST(Extent, QuotientsTakeWholeMultiplesOut) {
  const auto half = [](const std::optional<Extent>& of) { return floorQuotient(*of, Extent(2)); };
  EXPECT_EQ(text(half(n())), "floor(N/2)");
  EXPECT_EQ(text(half(n() - Extent(1))), "floor((N + 1)/2) - 1");
  EXPECT_EQ(text(half(*(n() * Extent(6)) + Extent(5))), "3*N + 2");
  EXPECT_EQ(text(floorQuotient(*(*(n() * Extent(2)) + Extent(3)), Extent(4))), "floor((N + 1)/2)");
  EXPECT_EQ(text(floorQuotient(*(n() * m()), n())), "M");
  EXPECT_EQ(text(floorQuotient(n(), m())), "?");
  EXPECT_EQ(text(floorQuotient(n(), Extent(0))), "?");
}

TEST(Extent, AQuotientOfAQuotientIsOne) {
  Extent h = Extent::symbol("H");
  for (int i = 0; i < 3; ++i) h = *floorQuotient(*(h + Extent(1)), Extent(2));
  EXPECT_EQ(h.text(), "floor((H + 7)/8)");
}

TEST(Extent, MinAndMaxAreDecidedWhereTheyCanBe) {
  EXPECT_EQ(text(largerOf(n(), Extent(0))), "N");
  EXPECT_EQ(text(largerOf(*(n() - Extent(1)), Extent(0))), "max(0, N - 1)");
  EXPECT_EQ(text(smallerOf(*(n() + m()), n())), "N");
  EXPECT_EQ(text(smallerOf(m(), n())), "min(M, N)");
  EXPECT_EQ(text(smallerOf(n(), m())), "min(M, N)");
}

TEST(Extent, NamesThatAreNoExpressionStayWhole) {
  const auto twice = [](const std::string& name) { return productOf(Dim(name), Dim(2)).text(); };
  EXPECT_EQ(twice("batch-size"), "2*'batch-size'");
  EXPECT_EQ(twice("7"), "2*'7'");
  EXPECT_EQ(twice("it's"), "?");
  EXPECT_EQ(twice("2*N"), "4*N");
  EXPECT_EQ(sumOf(Dim("'a b' + 1"), Dim(1)).text(), "'a b' + 2");
  EXPECT_EQ(twice(std::string(100'000, '(')), "?");
  EXPECT_EQ(sumOf(Dim(), Dim(1)).text(), "?");
}

TEST(Extent, GivesUpInsteadOfGrowing) {
  std::optional<Extent> sum = Extent(0);
  for (int i = 0; sum && i < 100; ++i) sum = *sum + Extent::symbol("s" + std::to_string(i));
  EXPECT_FALSE(sum);
  std::optional<Extent> power = n();
  for (int i = 0; power && i < 100; ++i) power = *power * n();
  EXPECT_FALSE(power);
  EXPECT_FALSE(Extent(INT64_MAX) + Extent(1));
}

/// The expression of random operations, bound to numbers, is what the same operations give on the numbers.
TEST(Extent, AgreesWithNumbers) {
  std::mt19937 random(5);
  for (int round = 0; round < 2000; ++round) {
    const std::map<std::string, std::int64_t> bindings{{"N", random() % 50}, {"M", random() % 50}};
    std::optional<Extent> extent = n();
    std::int64_t number = bindings.at("N");
    for (int step = 0; extent && step < 6; ++step) {
      const auto c = static_cast<std::int64_t>(1 + random() % 7);
      const bool symbolic = random() % 3 == 0;
      const Extent other = symbolic ? m() : Extent(c);
      const std::int64_t plain = symbolic ? bindings.at("M") : c;
      switch (random() % 6) {
        case 0: extent = *extent + other; number += plain; break;
        case 1: extent = *extent - other; number -= plain; break;
        case 2: extent = *extent * other; number *= plain; break;
        case 3: extent = floorQuotient(*extent, Extent(c)); number = number >= 0 ? number / c : -((-number + c - 1) / c); break;
        case 4: extent = largerOf(*extent, other); number = std::max(number, plain); break;
        default: extent = smallerOf(*extent, other); number = std::min(number, plain);
      }
      if (!extent) break;
      const Dim again = extent->dim();
      ASSERT_TRUE(extent->number() || Extent::of(again) == extent) << extent->text() << " reads back differently";
      const auto bound = extent->bound(bindings);
      ASSERT_TRUE(bound && bound->number()) << extent->text();
      ASSERT_EQ(*bound->number(), number) << extent->text() << " with N=" << bindings.at("N") << " M=" << bindings.at("M");
      ASSERT_TRUE(number >= 0 || !extent->neverNegative()) << extent->text();
    }
  }
}

}  // namespace
}  // namespace ew::ops
