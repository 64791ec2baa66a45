// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/tensor/shape.h"

namespace ew::ops {

/// An integer computed from symbols: a polynomial with floor(a/b), min(a, b) and max(a, b) as further symbols. Two that
/// are equal by these rules have the same text, which a Dim carries as its symbol: "2*N + 1", "floor((H + 1)/2)".
/// Symbols are extents, so never negative. What would grow past a few terms is given up: no value.
class Extent {
 public:
  explicit Extent(std::int64_t number = 0);
  static Extent symbol(const std::string& name);
  /// Of a known or named extent. A name that is an expression as text() writes it is taken as that expression.
  static std::optional<Extent> of(const Dim& dim);

  std::optional<std::int64_t> number() const;  ///< when no symbol is left
  std::string text() const;
  /// Known, or named by text(); "?" for a negative number.
  Dim dim() const;
  bool operator==(const Extent&) const = default;

  /// For all values of the symbols; false when it cannot be told.
  bool neverNegative() const;
  bool neverBelow(const Extent& other) const;

  /// The same with symbols replaced by numbers; nothing on overflow.
  std::optional<Extent> bound(const std::map<std::string, std::int64_t>& numbers) const;
  void forEachSymbol(const std::function<void(const std::string&)>& f) const;

  friend std::optional<Extent> operator+(const Extent& a, const Extent& b);
  friend std::optional<Extent> operator-(const Extent& a, const Extent& b);
  friend std::optional<Extent> operator*(const Extent& a, const Extent& b);
  friend std::optional<Extent> floorQuotient(const Extent& a, const Extent& b);
  friend std::optional<Extent> largerOf(const Extent& a, const Extent& b);
  friend std::optional<Extent> smallerOf(const Extent& a, const Extent& b);

 private:
  friend class ExtentParser;
  using Product = std::vector<std::string>;  ///< symbols in order, a power as repetition
  std::optional<Extent> added(const Extent& other, std::int64_t factor) const;
  std::optional<Extent> divided(std::int64_t by) const;
  std::optional<Extent> dividedByProduct(const Product& product, std::int64_t factor) const;
  static std::optional<Extent> function(const std::string& name, const Extent& a, const Extent& b);
  bool add(const Product& product, std::int64_t factor);  ///< false when it is given up

  /// a and b of the symbol floor(a/b) where b is a number.
  static std::optional<std::pair<Extent, std::int64_t>> asQuotient(const std::string& symbol);

  std::map<Product, std::int64_t> terms_;  ///< factor by product; no zeros
};

/// Rounded down; the divisor is a positive number, or a product that divides without rest.
std::optional<Extent> floorQuotient(const Extent& a, const Extent& b);
std::optional<Extent> largerOf(const Extent& a, const Extent& b);
std::optional<Extent> smallerOf(const Extent& a, const Extent& b);

// The same on extents of shapes: "?" where one of them is, or where it cannot be told.
Dim sumOf(const Dim& a, const Dim& b);
Dim differenceOf(const Dim& a, const Dim& b);
Dim productOf(const Dim& a, const Dim& b);
/// Rounded down; `by` is positive.
Dim quotientOf(const Dim& a, std::int64_t by);
/// a + by, where `by` may be negative.
Dim shiftedDim(const Dim& a, std::int64_t by);
/// Whether `a` is min(number, b) for a number above 1: next to b, as in broadcasting, it can only be b.
bool isCutFrom(const Dim& a, const Dim& b);
/// With symbols replaced by numbers.
Dim boundDim(const Dim& dim, const std::map<std::string, std::int64_t>& numbers);

}  // namespace ew::ops
