// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "core/base/text.h"
#include "core/ops/extent.h"

namespace ew::ops {
namespace {

constexpr int maxDepth = 8;
constexpr std::size_t maxSymbol = 200;

bool isWordStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isWord(char c) { return isWordStart(c) || isDigit(c) || c == '.' || c == ':'; }

bool isPlainName(std::string_view name) {
  return !name.empty() && isWordStart(name[0]) && std::ranges::all_of(name, isWord);
}

}  // namespace

/// Reads what Extent::text() writes:
///   sum = [-] product { (+|-) product }    product = factor { * factor }
///   factor = number | name | 'any name' | floor(product or (sum) / sum) | min(sum, sum) | max(sum, sum)
/// With `bindings`, names among them are replaced by their numbers.
class ExtentParser {
 public:
  ExtentParser(std::string_view text, const std::map<std::string, std::int64_t>* bindings,
               const std::function<void(const std::string&)>* visit = nullptr)
      : text_(text), bindings_(bindings), visit_(visit) {}

  std::optional<Extent> all() {
    auto out = sum(0);
    return at_ == text_.size() ? out : std::nullopt;
  }

  /// The two sides of a text that is one quotient.
  std::optional<std::pair<Extent, Extent>> sides() { return take("floor(") ? quotientParts(0) : std::nullopt; }
  std::optional<std::pair<Extent, Extent>> minSides() { return take("min(") ? pair(0) : std::nullopt; }

 private:
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  std::optional<Extent> sum(int depth) {
    std::optional<Extent> out = Extent();
    bool minus = take("-");
    do {
      const auto next = product(depth);
      if (!next) return std::nullopt;
      out = minus ? *out - *next : *out + *next;
    } while (out && (take(" + ") ? (minus = false, true) : take(" - ") && (minus = true, true)));
    return out;
  }

  std::optional<Extent> product(int depth) {
    std::optional<Extent> out = factor(depth);
    while (out && take("*")) {
      const auto next = factor(depth);
      out = next ? *out * *next : std::nullopt;
    }
    return out;
  }

  std::optional<Extent> factor(int depth) {
    if (depth > maxDepth || at_ >= text_.size()) return std::nullopt;
    const std::size_t start = at_;
    if (isDigit(text_[at_])) {
      while (at_ < text_.size() && isDigit(text_[at_])) ++at_;
      long long number = 0;
      return parseInt(text_.substr(start, at_ - start), number) ? std::optional(Extent(number)) : std::nullopt;
    }
    if (take("'")) {
      const std::size_t end = text_.find('\'', at_);
      if (end == std::string_view::npos) return std::nullopt;
      at_ = end + 1;
      return named(std::string(text_.substr(start + 1, end - start - 1)));
    }
    if (take("floor(")) return quotient(depth + 1);
    if (take("max(")) return joined(depth + 1, largerOf);
    if (take("min(")) return joined(depth + 1, smallerOf);
    if (!isWordStart(text_[at_])) return std::nullopt;
    while (at_ < text_.size() && isWord(text_[at_])) ++at_;
    return named(std::string(text_.substr(start, at_ - start)));
  }

  std::optional<Extent> quotient(int depth) {
    const auto parts = quotientParts(depth);
    return parts ? floorQuotient(parts->first, parts->second) : std::nullopt;
  }

  std::optional<std::pair<Extent, Extent>> quotientParts(int depth) {
    std::optional<Extent> above;
    if (take("(")) {
      above = sum(depth);
      if (!take(")")) return std::nullopt;
    } else {
      above = product(depth);
    }
    if (!above || !take("/")) return std::nullopt;
    const auto below = factor(depth);
    if (!below || !take(")")) return std::nullopt;
    return std::pair(*above, *below);
  }

  std::optional<Extent> joined(int depth, std::optional<Extent> (*join)(const Extent&, const Extent&)) {
    const auto sides = pair(depth);
    return sides ? join(sides->first, sides->second) : std::nullopt;
  }

  std::optional<std::pair<Extent, Extent>> pair(int depth) {
    const auto first = sum(depth);
    if (!first || !take(", ")) return std::nullopt;
    const auto second = sum(depth);
    if (!second || !take(")")) return std::nullopt;
    return std::pair(*first, *second);
  }

  std::optional<Extent> named(const std::string& name) {
    if (visit_ != nullptr) (*visit_)(name);
    if (bindings_ != nullptr)
      if (const auto it = bindings_->find(name); it != bindings_->end() && it->second >= 0) return Extent(it->second);
    return Extent::symbol(name);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const std::map<std::string, std::int64_t>* bindings_;
  const std::function<void(const std::string&)>* visit_;
};

Extent Extent::symbol(const std::string& name) {
  Extent out;
  out.terms_[{isPlainName(name) ? name : "'" + name + "'"}] = 1;
  return out;
}

std::optional<Extent> Extent::of(const Dim& dim) {
  if (dim.known()) return Extent(dim.extent);
  if (dim.symbol.empty()) return std::nullopt;
  if (dim.symbol.size() > maxSymbol) return std::nullopt;
  if (isPlainName(dim.symbol)) return symbol(dim.symbol);
  const auto parsed = ExtentParser(dim.symbol, nullptr).all();
  if (parsed && !parsed->number() && parsed->text() == dim.symbol) return parsed;
  if (dim.symbol.find('\'') != std::string::npos) return std::nullopt;
  return symbol(dim.symbol);
}

std::string Extent::text() const {
  std::vector<std::pair<Product, std::int64_t>> terms(terms_.begin(), terms_.end());
  // The highest power first, the number last.
  std::ranges::stable_sort(terms, [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  std::string out;
  for (const auto& [product, factor] : terms) {
    const std::string digits = std::to_string(factor);
    const std::string magnitude = factor < 0 ? digits.substr(1) : digits;
    out += out.empty() ? (factor < 0 ? "-" : "") : (factor < 0 ? " - " : " + ");
    if (product.empty() || magnitude != "1") out += magnitude + (product.empty() ? "" : "*");
    out += join(product, "*");
  }
  return out.empty() ? "0" : out;
}

std::optional<std::pair<Extent, std::int64_t>> Extent::asQuotient(const std::string& symbol) {
  const auto sides = ExtentParser(symbol, nullptr).sides();
  const auto by = sides ? sides->second.number() : std::nullopt;
  return by ? std::optional(std::pair(sides->first, *by)) : std::nullopt;
}

bool isCutFrom(const Dim& a, const Dim& b) {
  if (!a.symbol.starts_with("min(")) return false;
  const auto sides = ExtentParser(a.symbol, nullptr).minSides();
  const auto whole = Extent::of(b);
  return sides && whole && sides->first.number().value_or(0) > 1 && sides->second == *whole;
}

std::optional<Extent> Extent::bound(const std::map<std::string, std::int64_t>& numbers) const {
  return ExtentParser(text(), &numbers).all();
}

void Extent::forEachSymbol(const std::function<void(const std::string&)>& f) const {
  (void)ExtentParser(text(), nullptr, &f).all();
}

}  // namespace ew::ops
