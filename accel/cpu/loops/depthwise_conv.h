// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "accel/cpu/loops/direct_conv.h"

namespace ew::cpu {

/// A float32 convolution with one filter of its own for each channel, made ready. Any number of threads gives the same bytes.
class DepthwiseConv {
 public:
  /// `weights` row-major [channel][row][column], `bias` [channel] or null. Blocks of channels in x are blocks in y, too:
  /// shape.yVectorStep apart.
  DepthwiseConv(const DirectShape& shape, const float* weights, const float* bias, const TileAfter& after, const FloatTileSet& set);

  /// `residual` lies as y does, or is null.
  void run(const float* x, const float* residual, float* y) const;

 private:
  /// Consecutive pixels of a row whose windows hang over the sides by as much.
  struct Columns {
    std::int64_t first = 0;
    int count = 0, firstTap = 0, endTap = 0;
  };

  void makeColumns();
  void runRow(std::int64_t batch, std::int64_t outer, std::int64_t row, const float* x, const float* residual, float* y) const;

  DirectShape shape_;
  TileAfter after_;
  const FloatTileSet& set_;
  std::int64_t weightStep_ = 0;
  std::vector<Columns> columns_;
  AlignedFloats weights_, bias_;
};

}  // namespace ew::cpu
