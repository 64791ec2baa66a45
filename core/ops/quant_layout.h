// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/ops/axis_walk.h"
#include "core/ops/op.h"

namespace ew::ops {

/// Which scale and zero point belongs to which element of a quantized tensor: one for the tensor, one for each index of
/// an axis, or one for each block of consecutive indices of an axis (attributes axis and block_size).
struct QuantLayout {
  AxisSplit split;           ///< of the tensor around the axis
  std::int64_t block = 0;    ///< indices that share parameters; 0: one for the tensor
  std::int64_t blocks = 1;   ///< parameters along the axis
  bool perInner = false;     ///< blocked: each inner position has its own

  /// Index into the parameters for element k of line (o, i).
  std::int64_t at(std::int64_t o, std::int64_t k, std::int64_t i) const {
    if (block == 0) return 0;
    return perInner ? (o * blocks + k / block) * split.inner + i : k / block;
  }
};

/// Invalid when the extents of the scale fit none of the three.
Result<QuantLayout> quantLayout(const Node& node, const Dims& x, const Dims& scale);

/// Calls f(element, parameter) with the offsets of every element and of its parameters.
template <class F>
void forEachQuantized(const QuantLayout& layout, F f) {
  std::size_t element = 0;
  for (std::int64_t o = 0; o < layout.split.outer; ++o)
    for (std::int64_t k = 0; k < layout.split.length; ++k)
      for (std::int64_t i = 0; i < layout.split.inner; ++i) f(element++, static_cast<std::size_t>(layout.at(o, k, i)));
}

}  // namespace ew::ops
