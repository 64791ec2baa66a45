// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/quantized_layer.h"

namespace ew::cpu {

/// How oneDNN computes an integer layer with exactly our bytes.
struct DnnlPlan {
  Tensor weights;                       ///< i8 without zero points, in the stored order
  Tensor bias;                          ///< i32, absent when there is none
  dnnl::primitive_attr attr;
  DType destination = DType::u8;        ///< the layer's type, or i32 sums that our loops bring back to bytes
};

/// Nothing where oneDNN's sums would not be exact: no VNNI, weights that do not fit 8 bits without their zero point, or
/// sums that could pass 2^24, since oneDNN adds the bias to a float32. `foldZero`: the zero point of x goes into the bias.
std::optional<DnnlPlan> dnnlPlan(const QuantizedLayer& layer, const std::function<std::size_t(std::size_t)>& channelOf, bool foldZero);

/// Adds the primitive with a destination for `y` (in layout `desc`), and in fixed mode the loop that requantizes.
void addWithDestination(Builder& builder, const QuantizedLayer& layer, const DnnlPlan& plan, dnnl::primitive primitive, const Desc& scratchpad,
                        std::string name, std::vector<DnnlArg> args, const Desc& desc, ValueId y);

}  // namespace ew::cpu
