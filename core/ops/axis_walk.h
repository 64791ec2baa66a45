// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tensor/shape.h"

namespace ew::ops {

/// A tensor seen as outer x length x inner, for operators that work along one run of axes. Element k of line
/// (o, i) lies at (o * length + k) * inner + i.
struct AxisSplit {
  std::int64_t outer = 1, length = 1, inner = 1;
};

/// Splits around the axes first .. last - 1. The extents were validated before.
inline AxisSplit splitAround(const Dims& dims, std::size_t first, std::size_t last) {
  AxisSplit split;
  for (std::size_t i = 0; i < dims.size(); ++i) (i < first ? split.outer : i < last ? split.length : split.inner) *= dims[i];
  return split;
}

/// Calls f(offset of the first element) for each line; its elements lie `split.inner` apart.
template <class F>
void forEachLine(const AxisSplit& split, F f) {
  for (std::int64_t o = 0; o < split.outer; ++o)
    for (std::int64_t i = 0; i < split.inner; ++i) f(static_cast<std::size_t>(o * split.length * split.inner + i));
}

}  // namespace ew::ops
