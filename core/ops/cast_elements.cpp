// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cast_elements.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <type_traits>

#include "core/base/text.h"
#include "core/tensor/float_to_int.h"

namespace ew::ops {
namespace {

constexpr std::int64_t chunkSize = 512;

/// Some elements in the widest type of their kind, so that there is not one loop for each pair of types.
struct Chunk {
  enum class Kind { Real, Signed, Unsigned } kind = Kind::Real;
  std::int64_t begin = 0, count = 0;
  std::array<double, chunkSize> reals;
  std::array<std::int64_t, chunkSize> integers;  ///< the bits of a uint64 when Unsigned
};

template <class T>
void readTyped(const Tensor& from, Chunk& chunk) {
  // A bool is read as its byte: a file may hold others than 0 and 1.
  using Stored = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;
  const std::span<const Stored> data = from.data<Stored>().subspan(static_cast<std::size_t>(chunk.begin), static_cast<std::size_t>(chunk.count));
  for (std::size_t i = 0; i < data.size(); ++i) {
    if constexpr (std::is_same_v<T, bool>) chunk.integers[i] = data[i] != 0;
    else if constexpr (std::is_integral_v<T>) chunk.integers[i] = static_cast<std::int64_t>(data[i]);
    else if constexpr (std::is_same_v<T, double>) chunk.reals[i] = data[i];
    else chunk.reals[i] = static_cast<double>(static_cast<float>(data[i]));
  }
}

Status readText(const Tensor& from, Chunk& chunk) {
  for (std::int64_t i = 0; i < chunk.count; ++i) {
    const std::string& text = from.stringData()[static_cast<std::size_t>(chunk.begin + i)];
    double& real = chunk.reals[static_cast<std::size_t>(i)];
    std::string lower;
    for (const char c : text) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (lower == "nan") real = std::nan("");
    else if (lower == "inf" || lower == "+inf") real = HUGE_VAL;
    else if (lower == "-inf") real = -HUGE_VAL;
    else if (!parseDouble(text, real)) return invalid("text " + inQuotes(text) + " is no number");
  }
  return {};
}

Status read(const Tensor& from, Chunk& chunk) {
  const DType type = from.dtype();
  if (type == DType::string) return readText(from, chunk);
  if (!isFloat(type)) chunk.kind = isSigned(type) ? Chunk::Kind::Signed : Chunk::Kind::Unsigned;
  if (type == DType::f4e2m1) {
    for (std::int64_t i = 0; i < chunk.count; ++i)
      chunk.reals[static_cast<std::size_t>(i)] = static_cast<double>(float4ToFloat(subByteAt(from, chunk.begin + i)));
    return {};
  }
  if (isSubByte(type)) {
    for (std::int64_t i = 0; i < chunk.count; ++i) chunk.integers[static_cast<std::size_t>(i)] = subByteAt(from, chunk.begin + i);
    return {};
  }
  return dispatchType(type, [&]<class T>() { readTyped<T>(from, chunk); });
}

/// Rounded once: the nearest float of a double may lie on a tie of the narrower type that the double does not.
float roundedToOdd(double value) {
  const auto nearest = static_cast<float>(value);
  if (static_cast<double>(nearest) == value || !std::isfinite(nearest)) return nearest;
  const float other = std::nextafterf(nearest, static_cast<double>(nearest) < value ? HUGE_VALF : -HUGE_VALF);
  std::uint32_t bits = 0;
  std::memcpy(&bits, &nearest, sizeof bits);
  return (bits & 1U) != 0 ? nearest : other;
}

template <class T>
T narrow(double value, const CastRules& rules) {
  const float wide = roundedToOdd(value);
  T out(wide);
  if constexpr (std::is_same_v<T, BFloat16>)
    if (rules.truncateBFloat16 && !std::isnan(wide)) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, &wide, sizeof bits);
      out.bits = static_cast<std::uint16_t>(bits >> 16);
    }
  if constexpr (std::is_same_v<T, Float8<Float8Kind::E4M3FN>>) out.bits = float8FromFloat(wide, Float8Kind::E4M3FN, rules.saturate);
  if constexpr (std::is_same_v<T, Float8<Float8Kind::E4M3FNUZ>>) out.bits = float8FromFloat(wide, Float8Kind::E4M3FNUZ, rules.saturate);
  if constexpr (std::is_same_v<T, Float8<Float8Kind::E5M2>>) out.bits = float8FromFloat(wide, Float8Kind::E5M2, rules.saturate);
  if constexpr (std::is_same_v<T, Float8<Float8Kind::E5M2FNUZ>>) out.bits = float8FromFloat(wide, Float8Kind::E5M2FNUZ, rules.saturate);
  if constexpr (std::is_same_v<T, Float8<Float8Kind::E8M0>>) out.bits = e8m0FromFloat(wide, rules.e8m0, rules.saturate);
  return out;
}

template <class T>
T fromReal(double value, const CastRules& rules) {
  // What a narrow integer cannot hold is open in ONNX; high bits are dropped, as between integers and as peers do.
  if constexpr (std::is_same_v<T, bool>) return value != 0;
  else if constexpr (std::is_integral_v<T> && sizeof(T) < 4) return static_cast<T>(truncated<std::int64_t>(value));
  else if constexpr (std::is_integral_v<T>) return truncated<T>(value);
  else if constexpr (std::is_floating_point_v<T>) return static_cast<T>(value);
  else return narrow<T>(value, rules);
}

template <class T>
T fromInteger(std::int64_t value, bool isUnsigned, const CastRules& rules) {
  if constexpr (std::is_same_v<T, bool>) return value != 0;
  else if constexpr (std::is_integral_v<T>) return static_cast<T>(value);
  else if constexpr (std::is_floating_point_v<T>) return isUnsigned ? static_cast<T>(static_cast<std::uint64_t>(value)) : static_cast<T>(value);
  else return narrow<T>(isUnsigned ? static_cast<double>(static_cast<std::uint64_t>(value)) : static_cast<double>(value), rules);
}

/// Python's text of a number, as the ONNX tests have it: "1.5", "100000.0", "1e+16".
std::string textOf(const Chunk& chunk, std::size_t i, bool single) {
  if (chunk.kind == Chunk::Kind::Unsigned) return std::to_string(static_cast<std::uint64_t>(chunk.integers[i]));
  if (chunk.kind == Chunk::Kind::Signed) return std::to_string(chunk.integers[i]);
  const double value = chunk.reals[i];
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "INF" : "-INF";
  const double size = std::fabs(value);
  const auto format = size == 0 || (size >= 1e-4 && size < 1e16) ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 64> buffer{};
  const auto end = single ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(value), format).ptr
                          : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format).ptr;
  std::string text(buffer.data(), end);
  if (format == std::chars_format::fixed && text.find('.') == std::string::npos) text += ".0";
  return text;
}

double realOf(const Chunk& chunk, std::size_t i) {
  if (chunk.kind == Chunk::Kind::Real) return chunk.reals[i];
  return chunk.kind == Chunk::Kind::Signed ? static_cast<double>(chunk.integers[i]) : static_cast<double>(static_cast<std::uint64_t>(chunk.integers[i]));
}

int subByteOf(const Chunk& chunk, std::size_t i, DType type) {
  if (type == DType::f4e2m1) return float4FromFloat(roundedToOdd(realOf(chunk, i)));
  const std::int64_t whole = chunk.kind == Chunk::Kind::Real ? truncated<std::int64_t>(chunk.reals[i]) : chunk.integers[i];
  return static_cast<int>(whole & 0xF);
}

Status write(const Chunk& chunk, Tensor& to, DType fromType, const CastRules& rules) {
  const DType type = to.dtype();
  if (type == DType::string) {
    for (std::int64_t i = 0; i < chunk.count; ++i)
      to.mutableStringData()[static_cast<std::size_t>(chunk.begin + i)] = textOf(chunk, static_cast<std::size_t>(i), fromType != DType::f64);
    return {};
  }
  if (isSubByte(type)) {
    for (std::int64_t i = 0; i < chunk.count; ++i)
      setSubByte(to.mutableBytes(), type, chunk.begin + i, subByteOf(chunk, static_cast<std::size_t>(i), type));
    return {};
  }
  return dispatchType(type, [&]<class T>() {
    const std::span<T> out = to.mutableData<T>().subspan(static_cast<std::size_t>(chunk.begin), static_cast<std::size_t>(chunk.count));
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = chunk.kind == Chunk::Kind::Real ? fromReal<T>(chunk.reals[i], rules)
                                              : fromInteger<T>(chunk.integers[i], chunk.kind == Chunk::Kind::Unsigned, rules);
  });
}

}  // namespace

CastRules castRules(const Node& node, std::int64_t opset) {
  CastRules rules{node.attributes.getInt("saturate", 1) != 0, opset < 19};
  const std::string round = node.attributes.getString("round_mode", "up");
  if (round == "down") rules.e8m0 = E8M0Rounding::Down;
  if (round == "nearest") rules.e8m0 = E8M0Rounding::Nearest;
  return rules;
}

Result<Tensor> castElements(const Tensor& from, DType to, const CastRules& rules) {
  if (from.dtype() == to) return from;
  EW_ASSIGN(Tensor out, Tensor::create(to, from.dims()));
  Chunk chunk;
  for (std::int64_t begin = 0; begin < from.size(); begin += chunkSize) {
    chunk.begin = begin;
    chunk.count = std::min(chunkSize, from.size() - begin);
    EW_TRY(read(from, chunk));
    EW_TRY(write(chunk, out, from.dtype(), rules));
  }
  return out;
}

}  // namespace ew::ops
