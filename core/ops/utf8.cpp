// SPDX-License-Identifier: Apache-2.0
#include "core/ops/utf8.h"

#include <cstddef>
#include <cwctype>

#include <locale.h>

namespace ew::ops {
namespace {

constexpr char32_t escapeBase = 0xDC00;

/// The code point that begins at `at`, and how many bytes it takes; none (0 bytes) when they are no UTF-8.
struct Point {
  char32_t value = 0;
  std::size_t bytes = 0;
};

Point pointAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  const char32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t count = first >= 0xF0 && first < 0xF5 ? 4 : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xC2 && first < 0xE0 ? 2 : 0;
  if (count == 0 || text.size() - at < count) return {};
  char32_t value = first & (0xFFU >> (count + 1));
  for (std::size_t i = 1; i < count; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3FU);
  }
  const bool tooLong = (count == 3 && value < 0x800) || (count == 4 && value < 0x10000);
  if (tooLong || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return {};
  return {value, count};
}

locale_t unicodeLocale() {
  static const locale_t made = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return made;
}

template <class F>
std::string mapped(std::string_view text, F f) {
  std::u32string points = decodeUtf8(text);
  for (char32_t& point : points) point = f(point);
  return encodeUtf8(points);
}

}  // namespace

std::u32string decodeUtf8(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Point point = pointAt(text, at);
    out += point.bytes == 0 ? escapeBase + static_cast<unsigned char>(text[at]) : point.value;
    at += point.bytes == 0 ? 1 : point.bytes;
  }
  return out;
}

std::string encodeUtf8(std::u32string_view points) {
  std::string out;
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  for (const char32_t p : points) {
    if (p < 0x80) put(p);
    else if (p > escapeBase && p < escapeBase + 0x100) put(p - escapeBase);
    else if (p < 0x800) put(0xC0 | p >> 6), put(0x80 | (p & 0x3F));
    else if (p < 0x10000) put(0xE0 | p >> 12), put(0x80 | (p >> 6 & 0x3F)), put(0x80 | (p & 0x3F));
    else put(0xF0 | p >> 18), put(0x80 | (p >> 12 & 0x3F)), put(0x80 | (p >> 6 & 0x3F)), put(0x80 | (p & 0x3F));
  }
  return out;
}

char32_t lowered(char32_t point) {
  if (point < 0x80) return point >= 'A' && point <= 'Z' ? point + 32 : point;
  return unicodeLocale() == locale_t{} ? point : static_cast<char32_t>(towlower_l(static_cast<wint_t>(point), unicodeLocale()));
}

char32_t raised(char32_t point) {
  if (point < 0x80) return point >= 'a' && point <= 'z' ? point - 32 : point;
  return unicodeLocale() == locale_t{} ? point : static_cast<char32_t>(towupper_l(static_cast<wint_t>(point), unicodeLocale()));
}

std::string lowered(std::string_view text) {
  return mapped(text, [](char32_t point) { return lowered(point); });
}
std::string raised(std::string_view text) {
  return mapped(text, [](char32_t point) { return raised(point); });
}

}  // namespace ew::ops
