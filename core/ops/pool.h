// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "core/ops/op.h"
#include "core/ops/window.h"

namespace ew::ops {

/// The extents of a pooling over X [N, C, spatial...].
struct PoolShape {
  std::int64_t planes = 0;  ///< N * C
  std::vector<Window> windows;
  Dims outDims;

  std::int64_t inPlane() const;
  std::int64_t outPlane() const;
};

/// By kernel_shape, strides, pads, dilations, auto_pad and ceil_mode of the node; Invalid when they do not fit.
Result<PoolShape> poolShape(const Node& node, const Dims& x);
/// Output 0 has the type of input 0 and the pooled shape.
Status inferPool(InferContext& context);
/// One operation for each tap of each output element.
Cost poolCost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs);

/// What the sum of a window is divided by: the taps that meet the input, or with `includePad` also those that meet the
/// padding (but not those that ceil_mode puts behind it).
std::int64_t averagedTaps(const PoolShape& shape, bool includePad, std::span<const std::int64_t> index, std::span<const TapAxis> taps);

/// Output 0 has the type of input 0 and all its spatial extents are 1.
Status inferGlobalPool(InferContext& context);
/// X seen as N * C planes; Invalid below rank 2.
Result<PoolShape> globalPoolShape(const Dims& x);
/// One operation for each input element.
Cost globalPoolCost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs);

/// Calls f(position, index, taps) for each output position of one plane: its number, its index on each axis, and the
/// taps that meet the input, as offsets inside the input plane.
template <class F>
void forEachWindow(const PoolShape& shape, F f) {
  Dims strides(shape.windows.size(), 1);
  for (std::size_t axis = strides.size(); axis-- > 1;) strides[axis - 1] = strides[axis] * shape.windows[axis].in;
  std::vector<std::int64_t> at(shape.windows.size(), 0);
  std::vector<TapAxis> taps(shape.windows.size());
  const std::int64_t positions = shape.outPlane();
  for (std::int64_t position = 0; position < positions; ++position) {
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      const Window& window = shape.windows[axis];
      const std::int64_t first = window.firstTap(at[axis]);
      taps[axis] = {(window.start(at[axis]) + first * window.dilation) * strides[axis], window.lastTap(at[axis]) - first,
                    window.dilation * strides[axis]};
    }
    f(position, std::span<const std::int64_t>(at), std::span<const TapAxis>(taps));
    for (std::size_t axis = at.size(); axis-- > 0;) {
      if (++at[axis] < shape.windows[axis].out) break;
      at[axis] = 0;
    }
  }
}

}  // namespace ew::ops
