// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/device/profile.h"

namespace ew::fpga {

/// 8-bit values without their zero point (9 bits), rows one after another; a row is padded with zeros to `stride`.
struct Operand {
  std::int64_t rows = 0, depth = 0, stride = 0;
  std::vector<std::int16_t> values;

  Operand() = default;
  Operand(std::int64_t rowCount, std::int64_t rowDepth)
      : rows(rowCount), depth(rowDepth), stride((rowDepth + 15) / 16 * 16), values(static_cast<std::size_t>(rows * stride), 0) {}

  std::int16_t* row(std::int64_t i) { return values.data() + i * stride; }
  const std::int16_t* row(std::int64_t i) const { return values.data() + i * stride; }
};

/// sums[i][j] = sum over the depth of left[firstLeft + i] * right[firstRight + j], in the order of the array's folds with
/// int32 partial sums that wrap: weight stationary holds tiles of rows x columns of the right operand and adds up one
/// fold of the depth after another; output stationary holds tiles of sums and streams the whole depth.
struct Rows {
  std::int64_t first = 0, count = 0;
};
void multiplyOnArray(const Operand& left, Rows leftRows, const Operand& right, Rows rightRows,
                     const device::SystolicArray& array, std::span<std::uint32_t> sums);

}  // namespace ew::fpga
