// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/winograd_layer.h"

#include <omp.h>

#include <algorithm>
#include <vector>

#include "accel/cpu/loops/ceil_div.h"

namespace ew::cpu {
namespace {

/// Transformed inputs of a piece; products and a panel of weights lie beside them in the second level cache.
constexpr std::int64_t bytesOfPiece = 832 << 10;
constexpr std::int64_t mostTiles = 56;
/// Weights of the channels that are transformed in one go, and transformed weights that need not be: they stay in caches.
constexpr std::int64_t bytesOfPanel = 288 << 10, bytesOfFewWeights = 2 << 20;
/// Pieces for which weights may be transformed again.
constexpr std::int64_t fewPieces = 2;
constexpr std::int64_t taps = 9;
/// Positions lie a power of two apart where channels are one; a cache line more keeps them from falling into one set.
constexpr std::int64_t gap = 16;

}  // namespace

WinogradLayer::WinogradLayer(const WinogradShape& shape, int threads)
    : shape_(shape), loops_(winogradLoops(shape.lanes)), threads_(std::max(threads, 1)) {
  choosePieces();
  chooseWeights();
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

void WinogradLayer::chooseWeights() {
  const std::int64_t lanes = shape_.lanes, ofBlock = shape_.weightPositions() * lanes * group_ * lanes;  // one channel block
  const std::int64_t piecesOfThread = together_ ? pieces_ : ceilDiv(pieces_, threads_);
  const auto bytes = [](std::int64_t floats) { return floats * static_cast<std::int64_t>(sizeof(float)); };
  late_ = piecesOfThread <= fewPieces && bytes(ofBlock * shape_.channelBlocks() * groups()) > bytesOfFewWeights;
  blocksAtOnce_ = shape_.channelBlocks();
  if (late_) {
    const std::int64_t most = std::clamp<std::int64_t>(bytesOfPanel / bytes(ofBlock), 1, shape_.channelBlocks());
    blocksAtOnce_ = ceilDiv(shape_.channelBlocks(), ceilDiv(shape_.channelBlocks(), most));
  }
  panelStride_ = blocksAtOnce_ * lanes * group_ * lanes + gap;
  panelFloats_ = late_ ? shape_.weightPositions() * panelStride_ : 0;
}

std::int64_t WinogradLayer::weightsOfGroup() const {
  if (!late_) return shape_.weightPositions() * panelStride_;
  return shape_.channelBlocks() * shape_.lanes * group_ * taps * shape_.lanes;
}

std::size_t WinogradLayer::scratchBytes() const {
  const std::int64_t inputs = together_ ? inputFloats_ : inputFloats_ * threads_;
  return static_cast<std::size_t>(inputs + (productFloats_ + panelFloats_) * threads_) * sizeof(float);
}

/// As [channel][filter block][tap][lane]; channels and filters that fill up blocks are zero.
void WinogradLayer::packKernels(std::span<const float> w, std::int64_t group, float* packed) const {
  const std::int64_t lanes = shape_.lanes, first = group * group_ * lanes, filters = std::min(group_ * lanes, shape_.filters - first);
  const std::int64_t ofChannel = group_ * taps * lanes;
  std::fill_n(packed, shape_.channelBlocks() * lanes * ofChannel, 0.0F);
  constexpr std::int64_t channelsAtOnce = 8;  // what they become stays in the first level cache
  for (std::int64_t begin = 0; begin < shape_.channels; begin += channelsAtOnce)
    for (std::int64_t f = 0; f < filters; ++f)
      for (std::int64_t c = begin; c < std::min(begin + channelsAtOnce, shape_.channels); ++c)
        for (std::int64_t tap = 0; tap < taps; ++tap)
          packed[c * ofChannel + (f / lanes * taps + tap) * lanes + f % lanes] =
              w[static_cast<std::size_t>(((first + f) * shape_.channels + c) * taps + tap)];
}

void WinogradLayer::packWeights(std::span<const float> w, float* packed) const {
  const std::int64_t channels = shape_.channelBlocks() * shape_.lanes;
#pragma omp parallel for schedule(static)
  for (std::int64_t group = 0; group < groups(); ++group) {
    float* const to = packed + group * weightsOfGroup();
    if (late_) {
      packKernels(w, group, to);
      continue;
    }
    std::vector<float> kernels(static_cast<std::size_t>(channels * group_ * taps * shape_.lanes));
    packKernels(w, group, kernels.data());
    loops_->transformWeights(shape_, channels, group_, kernels.data(), to, panelStride_);
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
  const float* const weights = data.weights + group * weightsOfGroup();
  const std::int64_t ofBlock = shape_.lanes * group_ * taps * shape_.lanes;
  WinogradPanel panel{weights, panelStride_, 0, blocksAtOnce_, nullptr, 0};
  for (std::int64_t first = 0; first < shape_.channelBlocks(); first += blocksAtOnce_) {
    panel.firstBlock = first;
    panel.blocks = std::min(blocksAtOnce_, shape_.channelBlocks() - first);
    if (late_) {
      float* const made = scratch + productFloats_;
      loops_->transformWeights(shape_, panel.blocks * shape_.lanes, group_, weights + first * ofBlock, made, panelStride_);
      panel.weights = made;
      const bool last = group + 1 == groups() && first + panel.blocks == shape_.channelBlocks();
      panel.ahead = last ? nullptr : weights + (first + panel.blocks) * ofBlock;  // kernels of the next group follow
      panel.aheadBytes = panel.blocks * ofBlock * static_cast<std::int64_t>(sizeof(float));
    }
    loops_->multiply(shape_, tiles, group_, panel, transformed, scratch);
  }
  const WinogradOutput output{group * group_, group_, data.bias, data.residual, postOps, data.x, data.kernels};
  loops_->transformOutput(shape_, tiles, output, scratch, data.y);
}

/// Each thread has pieces of its own.
void WinogradLayer::runApart(const Data& data, std::span<const WinogradPostOp> postOps) const {
#pragma omp parallel num_threads(threads_) if (threads_ > 1)
  {
    float* const transformed = data.scratch + omp_get_thread_num() * (inputFloats_ + productFloats_ + panelFloats_);
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
    float* const scratch = data.scratch + inputFloats_ + omp_get_thread_num() * (productFloats_ + panelFloats_);
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
