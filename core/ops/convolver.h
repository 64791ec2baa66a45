// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/ops/op.h"
#include "core/ops/window.h"

namespace ew::ops {

/// The extents of a convolution of X [N, C, spatial...] with W [M, C / group, kernel...].
struct ConvShape {
  std::int64_t batch = 0, channels = 0, filters = 0, groups = 1;
  std::vector<Window> windows;  ///< one for each spatial axis

  std::int64_t groupChannels() const { return channels / groups; }
  std::int64_t inPlane() const;   ///< elements of one input channel
  std::int64_t outPlane() const;  ///< elements of one output channel; validated by the output's Tensor::create
  std::int64_t taps() const;      ///< elements of one kernel
  Dims outDims() const;
};

/// Invalid when ranks, groups, channels or kernel_shape do not fit.
Result<ConvShape> convShape(const Node& node, const Dims& x, const Dims& w);
/// Output 0 gets element type `type` and the shape of a convolution of inputs `x` and `w`.
Status inferConv(InferContext& context, std::size_t x, std::size_t w, DType type);
/// MACs of a convolution whose kernel is input `w`; an addition an output element when input `bias` is there.
Cost convCost(std::span<const Dims> inputs, std::span<const Dims> outputs, std::size_t w, std::size_t bias);

/// The loops of every direct convolution, over the element types of whoever calls.
class Convolver {
 public:
  explicit Convolver(const ConvShape& shape);

  /// Adds filter `m` applied to image `n` into `plane` (outPlane() elements). loadX and loadW give the element at an
  /// offset into X and W as Acc.
  template <class Acc, class LoadX, class LoadW>
  void addPlane(std::int64_t n, std::int64_t m, std::span<Acc> plane, LoadX loadX, LoadW loadW) const {
    if (plane.empty()) return;
    const std::int64_t group = m / (shape_.filters / shape_.groups);
    std::vector<std::int64_t> tap(shape_.windows.size(), 0);
    for (std::int64_t c = 0; c < shape_.groupChannels(); ++c) {
      const std::int64_t channel = n * shape_.channels + group * shape_.groupChannels() + c;
      for (std::int64_t k = 0; k < taps_; ++k) {
        addTap<Acc>(tap, 0, 0, channel, loadW((m * shape_.groupChannels() + c) * taps_ + k), plane, loadX);
        nextTap(tap);
      }
    }
  }

 private:
  struct Outputs { std::int64_t first = 0, last = 0; };

  void nextTap(std::vector<std::int64_t>& tap) const {
    for (std::size_t axis = tap.size(); axis-- > 0;) {
      if (++tap[axis] < shape_.windows[axis].kernel) return;
      tap[axis] = 0;
    }
  }

  /// Adds weight * X for one tap to every output that it meets; out and in are row-major positions over the axes so far.
  template <class Acc, class LoadX>
  void addTap(const std::vector<std::int64_t>& tap, std::size_t axis, std::int64_t out, std::int64_t in, Acc weight,
              std::span<Acc> plane, LoadX loadX) const {
    const Window& window = shape_.windows[axis];
    const Outputs outputs = outputs_[axis][static_cast<std::size_t>(tap[axis])];
    const std::int64_t shift = in * window.in + tap[axis] * window.dilation - window.padBegin;
    const std::int64_t row = out * window.out;
    if (axis + 1 < shape_.windows.size()) {
      for (std::int64_t o = outputs.first; o < outputs.last; ++o)
        addTap(tap, axis + 1, row + o, shift + o * window.stride, weight, plane, loadX);
      return;
    }
    Acc* to = plane.data() + row;
    if (window.stride == 1) {
      for (std::int64_t o = outputs.first; o < outputs.last; ++o) to[o] += weight * loadX(shift + o);
    } else {
      for (std::int64_t o = outputs.first; o < outputs.last; ++o) to[o] += weight * loadX(shift + o * window.stride);
    }
  }

  const ConvShape& shape_;
  std::int64_t taps_ = 0;
  std::vector<std::vector<Outputs>> outputs_;  ///< [axis][tap]
};

}  // namespace ew::ops
