// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/ops/matmul_shape.h"
#include "core/ops/quantized.h"

namespace ew::ops {

/// Byte matrices with their zero points: A's one or one a row, B's one or one a column.
struct IntegerOperands {
  std::vector<std::int32_t> a, b;  ///< as stored
  std::vector<std::int32_t> aZero, bZero;
};

/// Calls f(row, column, sum, output offset) with sum = sum over k of (A - a_zero) * (B - b_zero), wrapping, for every
/// element of every product.
template <class F>
void forEachIntegerSum(const MatMulShape& shape, const IntegerOperands& operands, F f) {
  const auto zeroOf = [](const std::vector<std::int32_t>& zeros, std::int64_t at) { return zeros[zeros.size() == 1 ? 0 : static_cast<std::size_t>(at)]; };
  std::vector<std::uint32_t> row(static_cast<std::size_t>(shape.n));
  forEachMatrixPair(shape, [&](std::int64_t aBase, std::int64_t bBase, std::int64_t yBase) {
    for (std::int64_t i = 0; i < shape.m; ++i) {
      std::fill(row.begin(), row.end(), 0U);
      addRowTimesMatrix<std::uint32_t>(
          shape.k, shape.n, row.data(),
          [&](std::int64_t p) {
            return static_cast<std::uint32_t>(operands.a[static_cast<std::size_t>(aBase + i * shape.k + p)] - zeroOf(operands.aZero, i));
          },
          [&](std::int64_t p, std::int64_t j) {
            return static_cast<std::uint32_t>(operands.b[static_cast<std::size_t>(bBase + p * shape.n + j)] - zeroOf(operands.bZero, j));
          });
      for (std::int64_t j = 0; j < shape.n; ++j)
        f(static_cast<std::size_t>(i), static_cast<std::size_t>(j), static_cast<std::int32_t>(row[static_cast<std::size_t>(j)]),
          static_cast<std::size_t>(yBase + i * shape.n + j));
    }
  });
}

}  // namespace ew::ops
