// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "accel/cpu/loops/winograd_loops.h"

namespace ew::cpu {

/// How a 3x3 convolution is cut into pieces of tiles and of filters, so that transformed inputs and products of a piece
/// stay in the second level cache. Transformed weights are up to four times the weights: many of them that few tiles use
/// are transformed during the run, some channels at a time, which takes less time than reading them from memory. Sums do
/// not depend on any of this.
class WinogradLayer {
 public:
  WinogradLayer(const WinogradShape& shape, int threads);

  const WinogradShape& shape() const { return shape_; }
  std::size_t weightFloats() const { return static_cast<std::size_t>(groups() * weightsOfGroup()); }
  std::size_t biasFloats() const { return static_cast<std::size_t>(shape_.filterBlocks() * shape_.lanes); }
  std::size_t scratchBytes() const;

  /// Weights (filters, channels, 3, 3) row-major, in the order in which run() reads them, transformed or not.
  void packWeights(std::span<const float> w, float* packed) const;

  struct Data {
    const float* x = nullptr;
    const float* weights = nullptr;        ///< packed
    const std::byte* kernels = nullptr;    ///< the weights as packWeights() gets them, at any address
    const float* bias = nullptr;
    const float* residual = nullptr;
    float* y = nullptr;
    float* scratch = nullptr;
  };
  void run(const Data& data, std::span<const WinogradPostOp> postOps) const;

 private:
  void choosePieces();
  void chooseWeights();
  std::int64_t groups() const { return shape_.filterBlocks() / group_; }
  std::int64_t weightsOfGroup() const;
  void packKernels(std::span<const float> w, std::int64_t group, float* packed) const;
  WinogradTiles piece(std::int64_t index) const;
  void products(const Data& data, std::span<const WinogradPostOp> postOps, const WinogradTiles& tiles, std::int64_t group,
                const float* transformed, float* scratch) const;
  void runApart(const Data& data, std::span<const WinogradPostOp> postOps) const;
  void runTogether(const Data& data, std::span<const WinogradPostOp> postOps) const;

  WinogradShape shape_;
  const WinogradLoops* loops_;
  int threads_ = 1, group_ = 1;
  std::int64_t capacity_ = 1, pieces_ = 1;  ///< tiles of a piece at most; pieces
  bool together_ = false;                   ///< all threads work on one piece, each on some filters
  bool late_ = false;                       ///< weights are transformed during the run
  std::int64_t blocksAtOnce_ = 1;           ///< channel blocks whose weights are multiplied in one go
  std::int64_t inputFloats_ = 0, productFloats_ = 0, panelFloats_ = 0, panelStride_ = 0;
  WinogradTiles layout_;                    ///< strides
};

}  // namespace ew::cpu
