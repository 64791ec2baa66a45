// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/kernels/integer_matrix.h"

namespace ew::cpu {

/// Rows [m, k] of bytes times constant weights [k, n], or stored as [n, k]: `columnsFirst`.
struct ProductShape {
  std::int64_t m = 0, k = 0, n = 0;
  bool columnsFirst = false;
};

class IntegerProduct {
 public:
  static PackedFilters pack(const ProductShape& shape, const QuantizedLayer& layer, const TileSet& set);

  IntegerProduct(const ProductShape& shape, const QuantizedLayer& layer, std::shared_ptr<const PackedFilters> packed);

  /// Memory for a copy of the last row, where whole groups of four bytes would end behind it; else 0.
  std::size_t scratchBytes() const { return shape_.k % 4 != 0 ? static_cast<std::size_t>(shape_.k + 4) : 0; }
  /// On all threads.
  void run(const std::uint8_t* x, std::uint8_t* y, std::uint8_t* scratch) const;

 private:
  void multiply(const std::uint8_t* x, const std::uint8_t* last, std::uint8_t* y, std::int64_t beginRow, std::int64_t endRow,
                std::int64_t beginBlock, std::int64_t endBlock) const;

  ProductShape shape_;
  IntegerMatrix matrix_;
};

}  // namespace ew::cpu
