// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>

namespace ew::cpu {

// Products of float32 matrices in tiles that stay in registers, the inner loop of our own convolutions.

/// What follows the sums of a tile, besides bias, residual and bounds.
enum class TileActivation { None, Swish, HardSwish, Sigmoid, Leaky };

/// What becomes of a sum: bias, a residual, bounds, an activation, in this order; or the residual last, which then must not
/// lie where the result goes.
struct TileAfter {
  bool residualLast = false;
  float low = -std::numeric_limits<float>::infinity(), high = std::numeric_limits<float>::infinity();
  TileActivation activation = TileActivation::None;
  float alpha = 0;                           ///< of Leaky
};

/// One tile of results: rows (pixels), `rowStep` apart, times one block of filters. A row's operand is `runs` pieces of
/// `runLength` consecutive elements each; where a piece starts is the same for every row.
struct FloatTile {
  const float* x = nullptr;
  std::int64_t rowStep = 0;
  const std::int64_t* offsets = nullptr;     ///< [run], in elements from x
  std::int64_t runs = 1, runLength = 0;
  const float* weights = nullptr;            ///< [run][element][filter of the block]
  const float* bias = nullptr;               ///< [filter of the block]

  const float* residual = nullptr;           ///< added to the sums, lies as y does; or null
  const float* residualLast = nullptr;       ///< the same, added to what comes of the sums
  const TileAfter* after = nullptr;
  float* y = nullptr;                        ///< y[row * yStep + filter]; for blocks of channels y[vector * yVectorStep + row * yStep + lane]
  std::int64_t yStep = 0, yVectorStep = 0;
  std::int64_t filters = 0;                  ///< of the block that are real
};

using FloatTileFunction = void (*)(const FloatTile&);

/// Some pixels of a depthwise convolution, all channels; they use the same part of the kernel, which lies inside x.
struct DepthwiseTile {
  const float* x = nullptr;                  ///< of the kernel's first row and column for the first pixel, inside x or not
  std::int64_t rowStep = 0;                  ///< from a pixel's window to the next pixel's
  std::int64_t xRowStep = 0, xColumnStep = 0;  ///< from tap to tap
  int firstRow = 0, endRow = 0, firstColumn = 0, endColumn = 0;  ///< of the kernel: the part that is used
  int kernelWidth = 0;
  const float* weights = nullptr;            ///< [row][column][channel]
  std::int64_t weightStep = 0;               ///< from tap to tap; channels filled up to whole vectors
  const float* bias = nullptr;               ///< [channel], filled up likewise
  const float* residual = nullptr, *residualLast = nullptr;
  const TileAfter* after = nullptr;
  float* y = nullptr;
  std::int64_t yStep = 0;
  std::int64_t channels = 0;
};

using DepthwiseFunction = void (*)(const DepthwiseTile&);

/// The tiles of one generation of processors: a block has 1 .. `vectors` times `lanes` filters, a tile up to
/// rows[vectors of its block] rows.
struct FloatTileSet {
  static constexpr int mostRows = 24, mostVectors = 4, mostDepthwiseRows = 12;
  const char* name = "";
  int lanes = 0, vectors = 0;
  int rows[mostVectors + 1] = {};
  FloatTileFunction tiles[mostVectors + 1][mostRows + 1] = {};
  int depthwiseRows = 0;
  DepthwiseFunction depthwise[mostDepthwiseRows + 1] = {};
};

/// Those that this processor can run, the fastest first.
std::span<const FloatTileSet* const> floatTileSets();

}  // namespace ew::cpu
