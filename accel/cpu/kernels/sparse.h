// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "accel/cpu/kernels/kernels.h"

namespace ew::cpu {

/// A float32 layer that multiplies every pixel (or row) with the same constant weights.
struct SparseLayer {
  Tensor weights;             ///< [rows, columns]: a row for each output channel
  Tensor bias;                ///< one a row; absent when there is none
  ValueId source = kNone;     ///< [images, columns, pixels...], or a matrix [pixels, columns]
  std::int64_t images = 1, pixels = 0;
  bool matrix = false;

  std::int64_t rows() const { return weights.dim(0); }
  std::int64_t columns() const { return weights.dim(1); }
};

/// Whether enough weights are zero to try: a look at some of them.
bool hasManyZeros(const Tensor& weights);

/// Lays the group out as a product without the zeros, where that is faster than what `dense` lays out; false (nothing
/// written) where it is not. Reproducible programs go by a fixed share of zeros.
Result<bool> addSparse(Builder& builder, const Group& group, const SparseLayer& layer, Factory dense);

/// Runs what `dense` makes of the group alone, for the tuner to time; empty when it refuses. Changes of
/// layout before and after are left out.
std::function<void()> denseAlone(const Builder& builder, const Group& group, Factory dense);

}  // namespace ew::cpu
