// SPDX-License-Identifier: Apache-2.0
#include "accel/fpga/array_product.h"

#include <algorithm>

namespace ew::fpga {
namespace {

/// Longest stretch whose sum of products of two 9-bit values stays inside int32.
constexpr std::int64_t longestStretch = 8192;

std::int32_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t depth) {
  std::int32_t sum = 0;
  for (std::int64_t k = 0; k < depth; ++k) sum += a[k] * b[k];
  return sum;
}

/// Four columns at once: each value of the row is read once.
void dotFour(const std::int16_t* a, const std::int16_t* b, std::int64_t stride, std::int64_t depth, std::uint32_t* sums) {
  const std::int16_t *b1 = b + stride, *b2 = b + 2 * stride, *b3 = b + 3 * stride;
  std::int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (std::int64_t k = 0; k < depth; ++k) {
    s0 += a[k] * b[k];
    s1 += a[k] * b1[k];
    s2 += a[k] * b2[k];
    s3 += a[k] * b3[k];
  }
  sums[0] += static_cast<std::uint32_t>(s0);
  sums[1] += static_cast<std::uint32_t>(s1);
  sums[2] += static_cast<std::uint32_t>(s2);
  sums[3] += static_cast<std::uint32_t>(s3);
}

/// One tile: rows [i0, i1) times columns [j0, j1) over the depth [k0, k1), added to the sums.
struct Tile {
  std::int64_t i0, i1, j0, j1, k0, k1;
};

/// Where the sums of a product lie.
struct Sums {
  std::span<std::uint32_t> values;
  std::int64_t firstRow, firstColumn, columns;

  std::uint32_t* at(std::int64_t i, std::int64_t j) const { return values.data() + (i - firstRow) * columns + (j - firstColumn); }
};

void addTile(const Operand& left, const Operand& right, const Tile& tile, const Sums& sums) {
  const std::int64_t depth = tile.k1 - tile.k0;
  for (std::int64_t i = tile.i0; i < tile.i1; ++i) {
    const std::int16_t* a = left.row(i) + tile.k0;
    std::int64_t j = tile.j0;
    for (; j + 4 <= tile.j1; j += 4) dotFour(a, right.row(j) + tile.k0, right.stride, depth, sums.at(i, j));
    for (; j < tile.j1; ++j) *sums.at(i, j) += static_cast<std::uint32_t>(dot(a, right.row(j) + tile.k0, depth));
  }
}

}  // namespace

void multiplyOnArray(const Operand& left, Rows leftRows, const Operand& right, Rows rightRows,
                     const device::SystolicArray& array, std::span<std::uint32_t> sums) {
  const bool outputStationary = array.dataflow == "os";
  const std::int64_t rowTile = outputStationary ? array.rows : leftRows.count;
  const std::int64_t depthTile = outputStationary ? longestStretch : std::min(array.rows, longestStretch);
  const std::int64_t lastRow = leftRows.first + leftRows.count, lastColumn = rightRows.first + rightRows.count;
  const Sums out{sums, leftRows.first, rightRows.first, rightRows.count};
  std::fill(sums.begin(), sums.end(), 0U);
  for (std::int64_t j = rightRows.first; j < lastColumn; j += array.columns) {
    for (std::int64_t i = leftRows.first; i < lastRow; i += rowTile) {
      for (std::int64_t k = 0; k < left.depth; k += depthTile) {
        addTile(left, right,
                {i, std::min(i + rowTile, lastRow), j, std::min(j + array.columns, lastColumn), k, std::min(k + depthTile, left.depth)}, out);
      }
    }
  }
}

}  // namespace ew::fpga
