// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace ew {

/// Overflow-safe arithmetic for sizes and offsets that come from files.
inline std::optional<std::int64_t> checkedMul(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (__builtin_mul_overflow(a, b, &out)) return std::nullopt;
  return out;
}

inline std::optional<std::int64_t> checkedAdd(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
  return out;
}

/// Product of non-negative extents; nothing when one is negative or the product overflows.
inline std::optional<std::int64_t> checkedProduct(std::span<const std::int64_t> extents) {
  std::int64_t product = 1;
  bool zero = false;
  for (const std::int64_t extent : extents) {
    if (extent < 0) return std::nullopt;
    if (extent == 0) {
      zero = true;
      continue;
    }
    const auto next = checkedMul(product, extent);
    if (!next) return std::nullopt;
    product = *next;
  }
  return zero ? 0 : product;
}

}  // namespace ew
