// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/builder.h"
#include "core/ops/convolver.h"

namespace ew::cpu {

/// A convolution of two dimensions with its constants, batch normalization folded in.
struct WinogradConv {
  ops::ConvShape shape;
  Tensor weights;  ///< [filters, channels, 3, 3]
  Tensor bias;     ///< absent when there is none
};

/// Whether a convolution of this shape can run by Winograd's algorithm here: 3x3, stride 1 or 2, and enough channels. Its sums
/// come out in another order and the choice is one of timing, so not where results must be reproducible.
bool mayUseWinograd(const ops::ConvShape& shape, const CompileOptions& options);

/// Lays out the convolution of a group by Winograd's algorithm where that measures faster than direct sums. False (before
/// anything was written) where it does not.
Result<bool> addWinograd(Builder& builder, const Group& group, const WinogradConv& conv);

}  // namespace ew::cpu
