// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "accel/cpu/loops/aligned_floats.h"
#include "accel/cpu/loops/float_tile.h"

namespace ew::cpu {

/// A float32 convolution of two spatial axes without groups. x and y lie with some channels innermost (all of them, a block
/// of 16, or one: row-major), and with their pixels wherever the strides say.
struct DirectShape {
  std::int64_t batch = 1, channels = 0, filters = 0;
  std::int64_t height = 0, width = 0, outHeight = 0, outWidth = 0;
  std::int64_t kernelHeight = 1, kernelWidth = 1;
  std::int64_t strideHeight = 1, strideWidth = 1, dilationHeight = 1, dilationWidth = 1, padTop = 0, padLeft = 0;
  std::int64_t xInner = 0;                                 ///< consecutive channels of x
  std::int64_t xBatchStep = 0, xOuterStep = 0, xRowStep = 0, xColumnStep = 0;  ///< in elements; xOuterStep: to the next xInner channels
  std::int64_t yBatchStep = 0, yRowStep = 0, yColumnStep = 0;
  std::int64_t yVectorStep = 0;                            ///< to the next block of 16 filters; 0: they follow each other
};

/// A convolution made ready: tiles chosen, weights packed. Any number of threads gives the same bytes.
class DirectConv {
 public:
  /// `weights` row-major [filter][channel][row][column], `bias` [filter] or null. Only layouts with all filters of a block
  /// together suit every `set`; blocks of 16 need a set whose lanes divide 16.
  DirectConv(const DirectShape& shape, const float* weights, const float* bias, const TileAfter& after, const FloatTileSet& set);

  /// `scratch` has scratchElements(threads); `residual` lies as y does, or is null.
  void run(const float* x, const float* residual, float* y, float* scratch) const;
  std::size_t scratchElements(int threads) const;

 private:
  /// Consecutive pixels of one row of y.
  struct Pixels {
    std::int64_t first = 0;
    int count = 0;
  };
  /// Filters that one tile computes.
  struct Block {
    std::int64_t first = 0, filters = 0;
    int vectors = 1;
    std::size_t weights = 0, bias = 0;   ///< offsets
  };
  /// Some rows of y, of which one thread computes some blocks.
  struct Band {
    std::int64_t batch = 0, firstRow = 0, endRow = 0;
    std::size_t firstPixels = 0, endPixels = 0, firstBlock = 0, endBlock = 0;
  };

  void joinRows();
  int chosenVectors() const;
  void makeSource();
  void makePixels();
  void makeBlocks(const float* weights, const float* bias);
  void pack(const Block& block, const float* weights);
  std::int64_t reachHeight() const { return (shape_.kernelHeight - 1) * shape_.dilationHeight + 1; }
  std::int64_t reachWidth() const { return (shape_.kernelWidth - 1) * shape_.dilationWidth + 1; }
  void runBand(const Band& band, const float* x, const float* residual, float* y, float* scratch) const;
  void runRow(const Band& band, std::int64_t row, const Block& block, const float* x, const float* residual, float* y) const;
  void copyRows(const Band& band, const float* x, float* to) const;

  DirectShape shape_;
  TileAfter after_;
  const FloatTileSet& set_;
  std::int64_t depth_ = 0, runLength_ = 0;
  bool padded_ = false;                  ///< x is copied with its padding, some rows at a time
  std::int64_t bandRows_ = 1;            ///< rows of y in a band
  std::int64_t outerStep_ = 0, rowStep_ = 0, columnStep_ = 0;  ///< of what tiles read: x, or the copy
  int vectors_ = 1;
  std::vector<std::int64_t> runs_;
  std::vector<Pixels> pixels_;           ///< of each row of y
  std::vector<Block> blocks_;
  AlignedFloats packed_, bias_;
};

}  // namespace ew::cpu
