// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// One spatial axis of a sliding window (convolution or pooling). Extents are at most 2^31 - 1 each, so products of
/// two stay inside int64.
struct Window {
  std::int64_t in = 0, out = 0, kernel = 1, stride = 1, dilation = 1;
  std::int64_t padBegin = 0, padEnd = 0;

  std::int64_t reach() const { return (kernel - 1) * dilation + 1; }  ///< extent that the dilated kernel covers

  /// The taps of output `o` that meet the input: taps first .. last - 1, at input positions start() + tap * dilation.
  std::int64_t start(std::int64_t o) const { return o * stride - padBegin; }
  std::int64_t firstTap(std::int64_t o) const;
  std::int64_t lastTap(std::int64_t o) const;
  /// How many taps of output `o` meet the input or its padding.
  std::int64_t paddedTaps(std::int64_t o) const;
  /// The outputs that meet the input at `tap`: first .. last - 1.
  std::int64_t firstOutput(std::int64_t tap) const;
  std::int64_t lastOutput(std::int64_t tap) const;
};

/// What strides, dilations, pads, auto_pad and ceil_mode of a node make of spatial extents. `kernel` has as many
/// entries as `spatial`. Invalid when attributes do not fit or an output extent would be below 0.
Result<std::vector<Window>> slidingWindows(const Node& node, std::span<const std::int64_t> spatial,
                                           std::span<const std::int64_t> kernel, bool ceilMode = false);

/// The output extents of slidingWindows() where the input may be dynamic: "?" where one cannot be told.
Result<std::vector<Dim>> slidingExtents(const Node& node, std::span<const Dim> spatial,
                                        std::span<const std::int64_t> kernel, bool ceilMode = false);

/// The taps of one output position on every axis: how many, and where their first lies.
struct TapAxis {
  std::int64_t first = 0, count = 0, step = 0;  ///< element offset of the first, number of taps, offset between two
};

/// Calls f(offset) for each tap in row-major order.
template <class F>
void forEachTap(std::span<const TapAxis> axes, F f) {
  if (axes.empty()) return f(std::int64_t{0});
  std::int64_t base = 0;
  for (const TapAxis& axis : axes) {
    if (axis.count <= 0) return;
    base += axis.first;
  }
  const TapAxis& inner = axes.back();
  std::vector<std::int64_t> index(axes.size() - 1, 0);
  while (true) {
    for (std::int64_t k = 0; k < inner.count; ++k) f(base + k * inner.step);
    std::size_t axis = index.size();
    while (axis-- > 0) {
      base += axes[axis].step;
      if (++index[axis] < axes[axis].count) break;
      base -= axes[axis].step * axes[axis].count;
      index[axis] = 0;
    }
    if (axis == static_cast<std::size_t>(-1)) return;
  }
}

}  // namespace ew::ops
