// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/quantized_layer.h"
#include "core/ops/convolver.h"

namespace ew::cpu {

/// An integer convolution by our own 16-bit loops, which are exact for any weights and sums. False for what they do not
/// take: more than three spatial axes.
bool addExactConv(Builder& builder, const Node& node, const ops::ConvShape& shape, const QuantizedLayer& layer);

}  // namespace ew::cpu
