// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/loops/int8_depthwise.h"
#include "accel/cpu/quantized_layer.h"
#include "core/ops/convolver.h"

namespace ew::cpu {

/// A depthwise convolution over one or two axes, made ready for one generation of processors.
class Int8Depthwise {
 public:
  /// Nothing where the loops do not apply: several filters a channel, fixed-point requantization, pads that cut rows at the
  /// left, weights that do not fit 8 bits without their zero points, or so odd a number of channels that the repeated weights would be huge.
  static std::optional<Int8Depthwise> make(const ops::ConvShape& shape, const QuantizedLayer& layer, const DepthwiseSet& set);

  /// Rows begin .. end - 1 of the results of all images, channels innermost.
  void run(const std::uint8_t* x, std::uint8_t* y, std::int64_t begin, std::int64_t end) const;
  std::int64_t rows() const { return shape_.batch * outHeight_; }
  const DepthwiseLayer& layer() const { return layer_; }

 private:
  Int8Depthwise(const ops::ConvShape& shape, const DepthwiseSet& set) : shape_(shape), set_(set) {}
  bool layOut(const QuantizedLayer& layer);

  ops::ConvShape shape_;
  DepthwiseSet set_;
  DepthwiseLayer layer_;
  ops::Window rowsWindow_;                   ///< over the rows of x; a single one for one-dimensional convolutions
  std::int64_t outHeight_ = 1;
  std::vector<std::uint8_t> paddedRow_;      ///< stands for rows outside x
};

/// False where Int8Depthwise does not apply.
bool addInt8Depthwise(Builder& builder, const Node& node, const ops::ConvShape& shape, const QuantizedLayer& layer);

}  // namespace ew::cpu
