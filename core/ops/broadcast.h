// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/base/result.h"
#include "core/tensor/shape.h"

namespace ew::ops {

/// numpy's rule: extents from the right must be equal or one of them 1. Invalid otherwise.
Result<Dims> broadcastDims(const Dims& a, const Dims& b);
/// Whether `from` can be broadcast to exactly `to` (unidirectional broadcasting).
bool broadcastsTo(const Dims& from, const Dims& to);
/// Element strides of an operand of extents `from` seen with the extents `to`: 0 where it repeats. broadcastsTo() holds.
Dims broadcastStrides(const Dims& from, const Dims& to);

/// Walks all index tuples of `dims` in row-major order and keeps the element offset of N operands.
template <std::size_t N>
class Walk {
 public:
  /// `strides[k]` are the strides of operand k, one for each of `dims`.
  Walk(const Dims& dims, std::array<Dims, N> strides) : dims_(dims), index_(dims.size(), 0), strides_(std::move(strides)) {}

  std::int64_t offset(std::size_t operand) const { return offsets_[operand]; }
  std::int64_t index(std::size_t axis) const { return index_[axis]; }

  void next() {
    for (std::size_t axis = dims_.size(); axis-- > 0;) {
      ++index_[axis];
      for (std::size_t k = 0; k < N; ++k) offsets_[k] += strides_[k][axis];
      if (index_[axis] < dims_[axis]) return;
      for (std::size_t k = 0; k < N; ++k) offsets_[k] -= strides_[k][axis] * dims_[axis];
      index_[axis] = 0;
    }
  }

 private:
  Dims dims_, index_;
  std::array<Dims, N> strides_;
  std::array<std::int64_t, N> offsets_{};
};

}  // namespace ew::ops
