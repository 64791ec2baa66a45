// SPDX-License-Identifier: Apache-2.0
#include "core/ops/extent.h"

#include <algorithm>
#include <numeric>

#include "core/base/checked.h"

namespace ew::ops {
namespace {

constexpr std::size_t maxTerms = 12, maxFactors = 8, maxText = 200;

std::int64_t floorDiv(std::int64_t a, std::int64_t b) {
  const std::int64_t q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

}  // namespace

Extent::Extent(std::int64_t number) {
  if (number != 0) terms_[{}] = number;
}

std::optional<std::int64_t> Extent::number() const {
  if (terms_.empty()) return 0;
  if (terms_.size() == 1 && terms_.begin()->first.empty()) return terms_.begin()->second;
  return std::nullopt;
}

bool Extent::add(const Product& product, std::int64_t factor) {
  if (factor == 0) return true;
  const auto [it, isNew] = terms_.emplace(product, factor);
  if (isNew) return terms_.size() <= maxTerms && product.size() <= maxFactors;
  const auto sum = checkedAdd(it->second, factor);
  if (!sum) return false;
  it->second = *sum;
  if (*sum == 0) terms_.erase(it);
  return true;
}

std::optional<Extent> Extent::added(const Extent& other, std::int64_t factor) const {
  Extent out = *this;
  for (const auto& [product, count] : other.terms_) {
    const auto scaled = checkedMul(count, factor);
    if (!scaled || !out.add(product, *scaled)) return std::nullopt;
  }
  return out;
}

std::optional<Extent> operator+(const Extent& a, const Extent& b) { return a.added(b, 1); }
std::optional<Extent> operator-(const Extent& a, const Extent& b) { return a.added(b, -1); }

std::optional<Extent> operator*(const Extent& a, const Extent& b) {
  Extent out;
  for (const auto& [left, leftFactor] : a.terms_)
    for (const auto& [right, rightFactor] : b.terms_) {
      Extent::Product product = left;
      product.insert(product.end(), right.begin(), right.end());
      std::ranges::sort(product);
      const auto factor = checkedMul(leftFactor, rightFactor);
      if (!factor || !out.add(product, *factor)) return std::nullopt;
    }
  return out;
}

bool Extent::neverNegative() const {
  return std::ranges::all_of(terms_, [](const auto& term) { return term.second >= 0; });
}

bool Extent::neverBelow(const Extent& other) const {
  const auto difference = *this - other;
  return difference && difference->neverNegative();
}

/// floor(a/by): whole multiples come out in front, so that what stays inside has factors in 0 .. by - 1 and no common
/// divisor with `by`; a quotient of a quotient is one.
std::optional<Extent> Extent::divided(std::int64_t by) const {
  Extent whole, rest;
  std::int64_t common = by;
  for (const auto& [product, factor] : terms_) {
    const std::int64_t times = floorDiv(factor, by);
    const std::int64_t left = factor - times * by;
    if (!whole.add(product, times) || !rest.add(product, left)) return std::nullopt;
    if (!product.empty() && left != 0) common = std::gcd(common, left);
  }
  if (rest.number()) return whole;
  Extent inside;
  for (const auto& [product, factor] : rest.terms_)
    if (!inside.add(product, factor / common)) return std::nullopt;
  const std::int64_t divisor = by / common;
  // floor((floor(a/b) + c) / d) is floor((a + b c) / (b d)).
  const auto first = std::ranges::find_if(inside.terms_, [](const auto& term) { return !term.first.empty(); });
  const bool single = inside.terms_.size() <= 2 && (inside.terms_.size() == 1 || inside.terms_.contains(Product()));
  if (single && first->second == 1 && first->first.size() == 1)
    if (const auto nested = asQuotient(first->first[0])) {
      const auto c = inside.terms_.find(Product());
      const auto shift = checkedMul(c == inside.terms_.end() ? 0 : c->second, nested->second);
      const auto below = checkedMul(divisor, nested->second);
      const auto above = shift && below ? nested->first + Extent(*shift) : std::nullopt;
      const auto quotient = above ? above->divided(*below) : std::nullopt;
      return quotient ? whole + *quotient : std::nullopt;
    }
  const auto quotient = function("floor", inside, Extent(divisor));
  return quotient ? whole + *quotient : std::nullopt;
}

std::optional<Extent> Extent::dividedByProduct(const Product& product, std::int64_t factor) const {
  Extent out;
  for (const auto& [mine, count] : terms_) {
    if (!std::ranges::includes(mine, product)) return std::nullopt;
    Product left;
    std::ranges::set_difference(mine, product, std::back_inserter(left));
    if (!out.add(left, count)) return std::nullopt;
  }
  return out.divided(factor);
}

std::optional<Extent> floorQuotient(const Extent& a, const Extent& b) {
  if (b.terms_.size() != 1) return a == b && !b.terms_.empty() ? std::optional(Extent(1)) : std::nullopt;
  const auto& [product, factor] = *b.terms_.begin();
  if (factor <= 0) return std::nullopt;
  return product.empty() ? a.divided(factor) : a.dividedByProduct(product, factor);
}

std::optional<Extent> largerOf(const Extent& a, const Extent& b) {
  if (a.neverBelow(b)) return a;
  if (b.neverBelow(a)) return b;
  if (!a.neverNegative() && !b.neverNegative()) return std::nullopt;
  return Extent::function("max", a, b);
}

std::optional<Extent> smallerOf(const Extent& a, const Extent& b) {
  if (a.neverBelow(b)) return b;
  if (b.neverBelow(a)) return a;
  if (!a.neverNegative() || !b.neverNegative()) return std::nullopt;
  return Extent::function("min", a, b);
}

std::optional<Extent> Extent::function(const std::string& name, const Extent& a, const Extent& b) {
  std::string left = a.text(), right = b.text();
  std::string text = name + "(";
  if (name == "floor") {
    text += (a.terms_.size() > 1 ? "(" + left + ")" : left) + "/" + right + ")";
  } else {
    if (right < left) std::swap(left, right);
    text += left + ", " + right + ")";
  }
  if (text.size() > maxText) return std::nullopt;
  Extent out;
  out.terms_[{text}] = 1;
  return out;
}

Dim Extent::dim() const {
  if (const auto plain = number()) return *plain >= 0 ? Dim(*plain) : Dim();
  std::string name = text();
  return name.size() <= maxText ? Dim(std::move(name)) : Dim();
}

namespace {

template <class F>
Dim combined(const Dim& a, const Dim& b, F f) {
  const auto left = Extent::of(a), right = Extent::of(b);
  if (!left || !right) return {};
  const std::optional<Extent> out = f(*left, *right);
  return out ? out->dim() : Dim();
}

}  // namespace

Dim sumOf(const Dim& a, const Dim& b) {
  return combined(a, b, [](const Extent& x, const Extent& y) { return x + y; });
}
Dim differenceOf(const Dim& a, const Dim& b) {
  return combined(a, b, [](const Extent& x, const Extent& y) { return x - y; });
}
Dim productOf(const Dim& a, const Dim& b) {
  if (a.extent == 0 || b.extent == 0) return Dim(0);
  return combined(a, b, [](const Extent& x, const Extent& y) { return x * y; });
}
Dim quotientOf(const Dim& a, std::int64_t by) {
  return combined(a, Dim(by), [](const Extent& x, const Extent& y) { return floorQuotient(x, y); });
}

Dim shiftedDim(const Dim& a, std::int64_t by) {
  const auto extent = Extent::of(a);
  const auto sum = extent ? *extent + Extent(by) : std::nullopt;
  return sum ? sum->dim() : Dim();
}

Dim boundDim(const Dim& dim, const std::map<std::string, std::int64_t>& numbers) {
  if (dim.known() || dim.symbol.empty()) return dim;
  if (const auto it = numbers.find(dim.symbol); it != numbers.end()) return it->second >= 0 ? Dim(it->second) : dim;
  const auto extent = Extent::of(dim);
  const auto out = extent ? extent->bound(numbers) : std::nullopt;
  return out && out->number().value_or(-1) >= 0 ? out->dim() : dim;
}

}  // namespace ew::ops
