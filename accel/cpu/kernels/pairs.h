// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "accel/cpu/builder.h"
#include "accel/cpu/parallel.h"

namespace ew::cpu {

/// Two broadcast operands as rows of equal length; each operand moves along a row or stays.
struct Rows {
  Dims outer;                      ///< extents that count the rows
  Dims aStrides, bStrides;         ///< over `outer`
  std::int64_t length = 1, aStep = 0, bStep = 0;
};

/// Two operands of an element-wise operator and where the result goes.
struct Pair {
  SlotId a = kNoSlot, b = kNoSlot;
  Desc desc;                       ///< the layout of the operands that have the result's extents, in the result's type
  Rows rows;
};

/// Places the operands of y = a op b: where extents are equal, or one operand is a single element, in whatever layout the
/// larger lies; else row-major. Nothing when they do not broadcast to y.
std::optional<Pair> placePair(Builder& builder, ValueId a, ValueId b, ValueId y);

/// Calls f(aOffset, bOffset, yOffset, n) for rows or pieces of one, on all threads.
template <class F>
void forEachRow(const Rows& rows, F f) {
  constexpr std::int64_t grain = 16384;
  const std::int64_t count = elementCount(rows.outer);
  if (count == 1) {
    parallelFor(rows.length, grain, [&](std::int64_t begin, std::int64_t end) {
      f(begin * rows.aStep, begin * rows.bStep, begin, end - begin);
    });
    return;
  }
  parallelFor(count, std::max<std::int64_t>(1, grain / rows.length), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      std::int64_t rest = row, aAt = 0, bAt = 0;
      for (std::size_t axis = rows.outer.size(); axis-- > 0;) {
        const std::int64_t index = rest % rows.outer[axis];
        rest /= rows.outer[axis];
        aAt += index * rows.aStrides[axis];
        bAt += index * rows.bStrides[axis];
      }
      f(aAt, bAt, row * rows.length, rows.length);
    }
  });
}

}  // namespace ew::cpu
