// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/kernels/kernels.h"
#include "core/ops/convolver.h"

namespace ew::cpu {

/// A convolution with its constants, batch normalization folded in.
struct DirectLayer {
  ops::ConvShape shape;
  Tensor weights;  ///< [filters, channels of a group, kernel...]
  Tensor bias;     ///< absent when there is none
};

/// Lays out the convolution of a group with our own loops where they are faster than what `otherwise` lays out: depthwise
/// ones, those of images, pointwise ones that are small or end in an expensive activation. False (before anything was written) elsewhere.
/// Reproducible programs go by a fixed rule.
Result<bool> addDirect(Builder& builder, const Group& group, const DirectLayer& layer, Factory otherwise);

}  // namespace ew::cpu
