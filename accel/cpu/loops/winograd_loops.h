// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ew::cpu {

/// One function of a layer's result, as the output transform applies it.
struct WinogradPostOp {
  enum class Kind {
    Residual,   ///< adds the value at the same place of another tensor
    Relu,       ///< negative values times alpha
    Clip,       ///< between alpha and beta
    Linear,     ///< alpha * x + beta
    HardSwish,  ///< x * clip(x / 6 + 1 / 2, 0, 1)
  };
  Kind kind = Kind::Relu;
  float alpha = 0, beta = 0;
};

/// Extents of a 3x3 convolution by tiles of `tile` x `tile` outputs: 2 or 4 with stride 1, 2 with stride 2. Channels lie in
/// blocks of `lanes` (nChw16c with 16), the last block filled up with zeros.
struct WinogradShape {
  int tile = 4, stride = 1, lanes = 16;
  std::int64_t batch = 1, channels = 1, filters = 1;
  std::int64_t height = 1, width = 1, outHeight = 1, outWidth = 1, padTop = 0, padLeft = 0;

  std::int64_t side() const { return (tile - 1) * stride + 3; }  ///< of what a tile reads, and of what is multiplied
  std::int64_t positions() const { return side() * side(); }
  /// Of transformed weights on a side: with stride 2, the odd inputs of a tile meet the same ones.
  std::int64_t weightSide() const { return tile + 2; }
  std::int64_t weightPositions() const { return weightSide() * weightSide(); }
  /// Where the weights of a position are.
  std::int64_t weightPosition(std::int64_t position) const {
    const std::int64_t last = weightSide() - 1, row = position / side(), column = position % side();
    return (row < last ? row : last) * weightSide() + (column < last ? column : last);
  }
  std::int64_t channelBlocks() const { return (channels + lanes - 1) / lanes; }
  std::int64_t filterBlocks() const { return (filters + lanes - 1) / lanes; }
  std::int64_t tilesDown() const { return (outHeight + tile - 1) / tile; }
  std::int64_t tilesAcross() const { return (outWidth + tile - 1) / tile; }
  std::int64_t tiles() const { return batch * tilesDown() * tilesAcross(); }
};

/// Some tiles in a row, and how transformed data of at most `capacity` tiles lie: inputs as
/// [position][channel block][tile][lane], products as [position][filter block of the group][tile][lane], with
/// `inputStride` and `productStride` floats from one position to the next.
struct WinogradTiles {
  std::int64_t first = 0, count = 0, capacity = 0;
  std::int64_t inputStride = 0, productStride = 0;
};

/// The filter blocks first .. first + count - 1 of the result.
struct WinogradOutput {
  std::int64_t first = 0, count = 0;
  const float* bias = nullptr;      ///< of all filters, filled up to whole blocks
  const float* residual = nullptr;  ///< laid out as the result; may be the result itself
  std::span<const WinogradPostOp> postOps;
  /// What the layer reads: its input, and its weights (filters, channels, 3, 3) row-major at any address. A tile whose result is
  /// not finite is computed anew from them.
  const float* x = nullptr;
  const std::byte* kernels = nullptr;
};

/// Transformed weights of some channel blocks for a group of filter blocks, as [weight position][channel][filter of the group]
/// with `stride` floats from one position to the next.
struct WinogradPanel {
  const float* weights = nullptr;
  std::int64_t stride = 0;
  std::int64_t firstBlock = 0, blocks = 0;  ///< of channels
  const float* ahead = nullptr;             ///< what is read next, to be fetched into the cache meanwhile; may be null
  std::int64_t aheadBytes = 0;
};

/// The parts of the work, for one width of vectors. Every sum is taken in the order of channels, whatever the pieces.
struct WinogradLoops {
  /// Channel blocks firstBlock .. endBlock - 1 of some tiles.
  void (*transformInput)(const WinogradShape& shape, const WinogradTiles& tiles, std::int64_t firstBlock, std::int64_t endBlock,
                         const float* x, float* transformed);
  /// Kernels of `channels` channels for a group of filter blocks, [channel][filter block][tap][lane], to a panel's weights.
  void (*transformWeights)(const WinogradShape& shape, std::int64_t channels, std::int64_t group, const float* kernels, float* weights, std::int64_t stride);
  /// products = transformed x panel for a group of filter blocks, added to what is there unless the panel is the first.
  void (*multiply)(const WinogradShape& shape, const WinogradTiles& tiles, std::int64_t group, const WinogradPanel& panel,
                   const float* transformed, float* products);
  void (*transformOutput)(const WinogradShape& shape, const WinogradTiles& tiles, const WinogradOutput& output, const float* products,
                          float* y);
};

/// Filter blocks that a group may have.
inline constexpr int largestWinogradGroup = 4;

/// For vectors of 8 (AVX2 with FMA) or 16 (AVX-512) floats; nullptr when this processor lacks them.
const WinogradLoops* winogradLoops(int lanes);

/// Rows of tiles that one pass of the product takes for a group of `blocks`.
int winogradRows(int lanes, int blocks);

}  // namespace ew::cpu
