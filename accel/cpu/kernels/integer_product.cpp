// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/integer_product.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

WeightOrder weightOrder(const ProductShape& shape) {
  WeightOrder order;
  order.filterStep = shape.columnsFirst ? shape.k : 1;
  order.runs = {0};
  for (std::int64_t i = 0; i < shape.k; ++i) order.bytes.push_back(shape.columnsFirst ? i : i * shape.n);
  return order;
}

}  // namespace

PackedFilters IntegerProduct::pack(const ProductShape& shape, const QuantizedLayer& layer, const TileSet& set) {
  return PackedFilters(layer, 0, shape.n, weightOrder(shape), set);
}

IntegerProduct::IntegerProduct(const ProductShape& shape, const QuantizedLayer& layer, std::shared_ptr<const PackedFilters> packed)
    : shape_(shape), matrix_(layer, std::move(packed)) {}

void IntegerProduct::multiply(const std::uint8_t* x, const std::uint8_t* last, std::uint8_t* y, std::int64_t beginRow, std::int64_t endRow,
                              std::int64_t beginBlock, std::int64_t endBlock) const {
  constexpr std::int64_t most = 1024, cached = 192 * 1024;  // bytes of x that stay in the cache while all columns pass
  const std::int64_t chunk = std::clamp<std::int64_t>(cached / shape_.k, TileSet::mostRows, most);
  std::array<const std::uint8_t*, most> rows;
  for (std::int64_t begin = beginRow; begin < endRow; begin += chunk) {
    const std::int64_t count = std::min(chunk, endRow - begin);
    for (std::int64_t i = 0; i < count; ++i) rows[static_cast<std::size_t>(i)] = x + (begin + i) * shape_.k;
    if (begin + count == shape_.m) rows[static_cast<std::size_t>(count - 1)] = last;
    for (std::int64_t block = beginBlock; block < endBlock; ++block) matrix_.multiply(rows.data(), chunk, count, 0, block, nullptr, y + begin * shape_.n, shape_.n);
  }
}

void IntegerProduct::run(const std::uint8_t* x, std::uint8_t* y, std::uint8_t* scratch) const {
  const std::uint8_t* last = x + (shape_.m - 1) * shape_.k;
  if (scratchBytes() > 0) {
    std::memcpy(scratch, last, static_cast<std::size_t>(shape_.k));
    last = scratch;
  }
  // Threads share whichever is less to read.
  if (matrix_.blocks() > 1 && shape_.n > shape_.m)
    parallelFor(matrix_.blocks(), 1, [&](std::int64_t begin, std::int64_t end) { multiply(x, last, y, 0, shape_.m, begin, end); });
  else
    parallelFor(shape_.m, TileSet::mostRows, [&](std::int64_t begin, std::int64_t end) { multiply(x, last, y, begin, end, 0, matrix_.blocks()); });
}

}  // namespace ew::cpu
