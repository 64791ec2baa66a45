// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/winograd_layer.h"

#include <omp.h>

#include <algorithm>

#include "accel/cpu/loops/winograd_weights.h"

namespace ew::cpu {
namespace {

/// Transformed inputs of a piece; products and a panel of weights lie beside them in the second level cache.
constexpr std::int64_t bytesOfPiece = 640 << 10;
constexpr std::int64_t mostTiles = 56;
/// Positions lie a power of two apart where channels are one; a cache line more keeps them from falling into one set.
constexpr std::int64_t gap = 16;

std::int64_t ceilDiv(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

WinogradLayer::WinogradLayer(const WinogradShape& shape, int threads)
    : shape_(shape), loops_(winogradLoops(shape.lanes)), threads_(std::max(threads, 1)) {
  choosePieces();
  layout_.capacity = capacity_;
  layout_.inputStride = shape_.channelBlocks() * capacity_ * shape_.lanes + gap;
  layout_.productStride = group_ * capacity_ * shape_.lanes + gap;
  inputFloats_ = shape_.positions() * layout_.inputStride;
  productFloats_ = shape_.positions() * layout_.productStride;
}

void WinogradLayer::choosePieces() {
  const std::int64_t tiles = shape_.tiles();
  const std::int64_t bytesOfTile = shape_.positions() * shape_.channelBlocks() * shape_.lanes * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t most = std::clamp<std::int64_t>(bytesOfPiece / bytesOfTile, 1, mostTiles);
  pieces_ = ceilDiv(tiles, most);
  together_ = pieces_ < threads_;
  if (!together_) pieces_ = std::min(ceilDiv(pieces_, threads_) * threads_, tiles);
  capacity_ = ceilDiv(tiles, pieces_);
  pieces_ = ceilDiv(tiles, capacity_);
  // Few rows want wide groups, or the loads of weights outnumber the products.
  const int widest = capacity_ <= winogradRows(shape_.lanes, largestWinogradGroup) ? largestWinogradGroup : 2;
  for (group_ = widest; shape_.filterBlocks() % group_ != 0; --group_) {
  }
}

std::size_t WinogradLayer::weightFloats() const {
  return static_cast<std::size_t>(shape_.positions() * shape_.channelBlocks() * shape_.filterBlocks() * shape_.lanes * shape_.lanes);
}

std::size_t WinogradLayer::scratchBytes() const {
  const std::int64_t inputs = together_ ? inputFloats_ : inputFloats_ * threads_;
  return static_cast<std::size_t>(inputs + productFloats_ * threads_) * sizeof(float);
}

void WinogradLayer::packWeights(std::span<const float> w, float* packed) const {
  const std::int64_t lanes = shape_.lanes, channels = shape_.channels, padded = shape_.channelBlocks() * lanes;
  const std::int64_t positionStride = padded * group_ * lanes;
  if (padded != channels) std::fill_n(packed, weightFloats(), 0.0F);
#pragma omp parallel for schedule(static)
  for (std::int64_t block = 0; block < shape_.filterBlocks(); ++block) {
    const std::int64_t group = block / group_, inGroup = block % group_;
    const auto valid = static_cast<int>(std::min<std::int64_t>(lanes, shape_.filters - block * lanes));
    winogradWeights(shape_.tile, shape_.lanes, valid, channels, w.data() + block * lanes * channels * 9, channels * 9,
                    packed + group * shape_.positions() * positionStride + inGroup * lanes, positionStride, group_ * lanes);
  }
}

WinogradTiles WinogradLayer::piece(std::int64_t index) const {
  WinogradTiles tiles = layout_;
  tiles.first = shape_.tiles() * index / pieces_;
  tiles.count = shape_.tiles() * (index + 1) / pieces_ - tiles.first;
  return tiles;
}

void WinogradLayer::products(const Data& data, std::span<const WinogradPostOp> postOps, const WinogradTiles& tiles, std::int64_t group,
                             const float* transformed, float* scratch) const {
  const std::int64_t weights = shape_.positions() * shape_.channelBlocks() * shape_.lanes * group_ * shape_.lanes;
  loops_->multiply(shape_, tiles, group_, transformed, data.weights + group * weights, scratch);
  const WinogradOutput output{group * group_, group_, data.bias, data.residual, postOps};
  loops_->transformOutput(shape_, tiles, output, scratch, data.y);
}

/// Each thread has pieces of its own.
void WinogradLayer::runApart(const Data& data, std::span<const WinogradPostOp> postOps) const {
#pragma omp parallel num_threads(threads_) if (threads_ > 1)
  {
    float* const transformed = data.scratch + omp_get_thread_num() * (inputFloats_ + productFloats_);
#pragma omp for schedule(static)
    for (std::int64_t index = 0; index < pieces_; ++index) {
      const WinogradTiles tiles = piece(index);
      loops_->transformInput(shape_, tiles, 0, shape_.channelBlocks(), data.x, transformed);
      for (std::int64_t group = 0; group < groups(); ++group) products(data, postOps, tiles, group, transformed, transformed + inputFloats_);
    }
  }
}

/// Threads share the transformed input, and the weights are read only once.
void WinogradLayer::runTogether(const Data& data, std::span<const WinogradPostOp> postOps) const {
#pragma omp parallel num_threads(threads_)
  {
    float* const scratch = data.scratch + inputFloats_ + omp_get_thread_num() * productFloats_;
    for (std::int64_t index = 0; index < pieces_; ++index) {
      const WinogradTiles tiles = piece(index);
#pragma omp for schedule(static)
      for (std::int64_t block = 0; block < shape_.channelBlocks(); ++block)
        loops_->transformInput(shape_, tiles, block, block + 1, data.x, data.scratch);
#pragma omp for schedule(static)
      for (std::int64_t group = 0; group < groups(); ++group) products(data, postOps, tiles, group, data.scratch, scratch);
    }
  }
}

void WinogradLayer::run(const Data& data, std::span<const WinogradPostOp> postOps) const {
  if (together_) runTogether(data, postOps);
  else runApart(data, postOps);
}

}  // namespace ew::cpu
