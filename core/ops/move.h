// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/ops/op.h"

namespace ew::ops {

/// Where a box of elements lies in a tensor: the index of its first element and its step along each axis, in
/// elements. Steps may be zero (broadcasting) or negative (reversing).
struct Layout {
  std::int64_t offset = 0;
  Dims strides;
};

/// The layout of a whole tensor.
inline Layout layoutOf(const Tensor& tensor) { return {0, stridesOf(tensor.dims())}; }

/// Copies a box of elements between tensors of one type, whatever the type is: bytes by width, packed elements one
/// by one, strings. The caller has checked that both boxes lie inside their tensors.
void copyBox(const Tensor& from, const Layout& fromLayout, Tensor& to, const Layout& toLayout, const Dims& extents);

/// Copies `count` neighbouring elements.
void copyRun(const Tensor& from, std::int64_t fromIndex, Tensor& to, std::int64_t toIndex, std::int64_t count);

/// Writes the single element `fromIndex` of `from` to `count` neighbouring elements.
void fillRun(const Tensor& from, std::int64_t fromIndex, Tensor& to, std::int64_t toIndex, std::int64_t count);

/// Cost of operators that only copy or rename: no arithmetic at all.
inline Cost movesOnly(const Node&, std::span<const Dims>, std::span<const Dims>) { return {}; }

/// A new tensor of `extents` whose elements are read from `from` through `layout`.
Result<Tensor> gathered(const Tensor& from, const Layout& layout, Dims extents);

}  // namespace ew::ops
