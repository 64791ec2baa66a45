// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/direct_conv.h"

#include <algorithm>
#include <cstring>

#include "accel/cpu/loops/ceil_div.h"
#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t nearBytes = 196608;  ///< of x that each block of filters reads again: what a second-level cache holds beside weights
constexpr std::int64_t copyBytes = 49152;   ///< of a padded copy

}  // namespace

DirectConv::DirectConv(const DirectShape& shape, const float* weights, const float* bias, const TileAfter& after, const FloatTileSet& set)
    : shape_(shape), after_(after), set_(set) {
  depth_ = shape_.channels * shape_.kernelHeight * shape_.kernelWidth;
  joinRows();
  makeSource();
  vectors_ = chosenVectors();
  makePixels();
  makeBlocks(weights, bias);
}

/// Where every pixel of y reads just its own of x, and rows follow each other without gaps, all are one row.
void DirectConv::joinRows() {
  DirectShape& s = shape_;
  const bool own = s.kernelHeight == 1 && s.kernelWidth == 1 && s.strideHeight == 1 && s.strideWidth == 1 && s.padTop == 0 && s.padLeft == 0 &&
                   s.height == s.outHeight && s.width == s.outWidth;
  if (!own || s.xRowStep != s.width * s.xColumnStep || s.yRowStep != s.width * s.yColumnStep) return;
  s.width = s.outWidth = s.height * s.width;
  s.height = s.outHeight = 1;
  if (s.xBatchStep != s.width * s.xColumnStep || s.yBatchStep != s.width * s.yColumnStep) return;
  s.width = s.outWidth = s.batch * s.width;
  s.batch = 1;
}

/// What the tiles read, and where in it the pieces of consecutive elements of a window start. Weights are packed in the
/// same order.
void DirectConv::makeSource() {
  const DirectShape& s = shape_;
  const std::int64_t bottom = (s.outHeight - 1) * s.strideHeight + reachHeight() - s.padTop, right = (s.outWidth - 1) * s.strideWidth + reachWidth() - s.padLeft;
  padded_ = s.padTop > 0 || s.padLeft > 0 || bottom > s.height || right > s.width;
  outerStep_ = s.xOuterStep;
  rowStep_ = s.xRowStep;
  columnStep_ = s.xColumnStep;
  if (padded_) {
    columnStep_ = s.xInner;
    rowStep_ = ((s.outWidth - 1) * s.strideWidth + reachWidth()) * columnStep_;
    const std::int64_t outers = s.channels / s.xInner, bytesPerRow = outers * rowStep_ * static_cast<std::int64_t>(sizeof(float));
    bandRows_ = std::clamp<std::int64_t>((copyBytes / bytesPerRow - reachHeight()) / s.strideHeight + 1, 1, s.outHeight);
    outerStep_ = ((bandRows_ - 1) * s.strideHeight + reachHeight()) * rowStep_;
  } else {
    bandRows_ = std::clamp<std::int64_t>(nearBytes / (s.outWidth * s.strideHeight * s.channels * static_cast<std::int64_t>(sizeof(float))), 1, s.outHeight);
  }
  const std::int64_t columnsPerRun = s.dilationWidth == 1 && columnStep_ == s.xInner ? s.kernelWidth : 1;
  runLength_ = columnsPerRun * s.xInner;
  for (std::int64_t c = 0; c < s.channels / s.xInner; ++c)
    for (std::int64_t i = 0; i < s.kernelHeight; ++i)
      for (std::int64_t j = 0; j < s.kernelWidth; j += columnsPerRun)
        runs_.push_back(c * outerStep_ + i * s.dilationHeight * rowStep_ + j * s.dilationWidth * columnStep_);
}

/// The number of vectors in a block that costs the fewest cycles: two products a cycle, two loads a cycle, and sums that
/// wait for their last product.
int DirectConv::chosenVectors() const {
  constexpr std::int64_t latency = 4;
  const std::int64_t all = ceilDiv(shape_.filters, set_.lanes);
  std::int64_t best = 0;
  int chosen = 1;
  for (int v = 1; v <= set_.vectors; ++v) {
    const std::int64_t tiles = ceilDiv(shape_.outWidth, set_.rows[v]), rows = ceilDiv(shape_.outWidth, tiles);
    const std::int64_t halfCycles = std::max({rows * v, rows + v, 2 * latency}), cost = halfCycles * tiles * ceilDiv(all, v);
    if (best == 0 || cost < best) {
      best = cost;
      chosen = v;
    }
  }
  return chosen;
}

void DirectConv::makePixels() {
  const std::int64_t tiles = ceilDiv(shape_.outWidth, set_.rows[vectors_]);
  for (std::int64_t t = 0; t < tiles; ++t) {
    const std::int64_t first = shape_.outWidth * t / tiles;
    pixels_.push_back({first, static_cast<int>(shape_.outWidth * (t + 1) / tiles - first)});
  }
}

void DirectConv::makeBlocks(const float* weights, const float* bias) {
  const std::int64_t vectors = ceilDiv(shape_.filters, set_.lanes), count = ceilDiv(vectors, vectors_);
  packed_.resize(static_cast<std::size_t>(depth_ * vectors * set_.lanes));
  bias_.resize(static_cast<std::size_t>(vectors * set_.lanes));
  if (bias != nullptr) std::copy_n(bias, shape_.filters, bias_.begin());
  for (std::int64_t i = 0; i < count; ++i) {
    // Blocks as even as can be: a narrow one has little to do between loads.
    const std::int64_t begin = vectors * i / count, end = vectors * (i + 1) / count;
    Block block;
    block.first = begin * set_.lanes;
    block.vectors = static_cast<int>(end - begin);
    block.filters = std::min(shape_.filters - block.first, (end - begin) * set_.lanes);
    block.weights = static_cast<std::size_t>(depth_ * block.first);
    block.bias = static_cast<std::size_t>(block.first);
    pack(block, weights);
    blocks_.push_back(block);
  }
}

void DirectConv::pack(const Block& block, const float* weights) {
  float* to = packed_.data() + block.weights;
  const std::int64_t wide = block.vectors * set_.lanes, plane = shape_.kernelHeight * shape_.kernelWidth;
  for (std::int64_t c = 0; c < shape_.channels; c += shape_.xInner)
    for (std::int64_t k = 0; k < plane; ++k)
      for (std::int64_t inner = 0; inner < shape_.xInner; ++inner, to += wide)
        for (std::int64_t f = 0; f < block.filters; ++f) to[f] = weights[((block.first + f) * shape_.channels + c + inner) * plane + k];
}

std::size_t DirectConv::scratchElements(int threads) const {
  if (!padded_) return 0;
  const std::int64_t each = shape_.channels / shape_.xInner * outerStep_;
  return static_cast<std::size_t>(ceilDiv(each, 16) * 16) * static_cast<std::size_t>(threads);
}

/// The rows of x that a band reads, with zeros around them.
void DirectConv::copyRows(const Band& band, const float* x, float* to) const {
  const DirectShape& s = shape_;
  const std::int64_t top = band.firstRow * s.strideHeight - s.padTop, rows = (band.endRow - band.firstRow - 1) * s.strideHeight + reachHeight();
  const std::int64_t columns = rowStep_ / columnStep_, begin = std::min(s.padLeft, columns), end = std::clamp(s.padLeft + s.width, begin, columns);
  for (std::int64_t outer = 0; outer < s.channels / s.xInner; ++outer)
    for (std::int64_t i = 0; i < rows; ++i) {
      float* line = to + outer * outerStep_ + i * rowStep_;
      if (top + i < 0 || top + i >= s.height) {
        std::fill_n(line, rowStep_, 0.0F);
        continue;
      }
      const float* from = x + band.batch * s.xBatchStep + outer * s.xOuterStep + (top + i) * s.xRowStep;
      std::fill_n(line, begin * columnStep_, 0.0F);
      std::fill(line + end * columnStep_, line + rowStep_, 0.0F);
      line += begin * columnStep_;
      if (s.xColumnStep == s.xInner) {
        std::memcpy(line, from, static_cast<std::size_t>((end - begin) * s.xInner) * sizeof(float));
        continue;
      }
      for (std::int64_t j = begin; j < end; ++j, line += columnStep_, from += s.xColumnStep) std::copy_n(from, s.xInner, line);
    }
}

void DirectConv::runRow(const Band& band, std::int64_t row, const Block& block, const float* x, const float* residual, float* y) const {
  FloatTile t;
  t.rowStep = shape_.strideWidth * columnStep_;
  t.offsets = runs_.data();
  t.runs = static_cast<std::int64_t>(runs_.size());
  t.runLength = runLength_;
  t.weights = packed_.data() + block.weights;
  t.bias = bias_.data() + block.bias;
  t.after = &after_;
  // Blocks of 16 at a distance, or filters that all lie together.
  t.yVectorStep = shape_.yVectorStep != 0 ? shape_.yVectorStep : set_.lanes;
  t.yStep = shape_.yColumnStep;
  t.filters = block.filters;
  const std::int64_t at = band.batch * shape_.yBatchStep + row * shape_.yRowStep + block.first / set_.lanes * t.yVectorStep;
  for (std::size_t p = band.firstPixels; p < band.endPixels; ++p) {
    const Pixels& pixels = pixels_[p];
    const std::int64_t to = at + pixels.first * t.yStep;
    t.x = x + pixels.first * t.rowStep;
    t.y = y + to;
    if (residual != nullptr) (after_.residualLast ? t.residualLast : t.residual) = residual + to;
    set_.tiles[block.vectors][pixels.count](t);
  }
}

void DirectConv::runBand(const Band& band, const float* x, const float* residual, float* y, float* scratch) const {
  const float* source = padded_ ? scratch : x + band.batch * shape_.xBatchStep + band.firstRow * shape_.strideHeight * shape_.xRowStep;
  if (padded_) copyRows(band, x, scratch);
  for (std::size_t b = band.firstBlock; b < band.endBlock; ++b)
    for (std::int64_t row = band.firstRow; row < band.endRow; ++row)
      runRow(band, row, blocks_[b], source + (row - band.firstRow) * shape_.strideHeight * rowStep_, residual, y);
}

/// Bands of rows, of pieces of one long row, or of blocks: whichever gives the threads enough to share.
void DirectConv::run(const float* x, const float* residual, float* y, float* scratch) const {
  // As many parts for each thread: the others would wait for one that has more.
  const auto forAll = [threads = std::int64_t{omp_get_max_threads()}](std::int64_t count) { return ceilDiv(count, threads) * threads; };
  const std::int64_t rowBands = std::min(shape_.outHeight, ceilDiv(forAll(shape_.batch * ceilDiv(shape_.outHeight, bandRows_)), shape_.batch));
  const auto tiles = static_cast<std::int64_t>(pixels_.size()), blocks = static_cast<std::int64_t>(blocks_.size());
  const std::int64_t tileBytes = set_.rows[vectors_] * depth_ * static_cast<std::int64_t>(sizeof(float));
  // Few pixels and many filters: every thread reads its own weights.
  const bool byBlocks = !padded_ && shape_.batch * shape_.outHeight * tiles < blocks;
  const bool oneRow = !padded_ && shape_.outHeight == 1;
  const std::int64_t nearPieces = ceilDiv(tiles, std::max<std::int64_t>(1, nearBytes / tileBytes));
  const std::int64_t pieces = oneRow ? std::min(tiles, ceilDiv(forAll(shape_.batch * nearPieces), shape_.batch)) : 1;
  const std::int64_t parts = byBlocks ? blocks : shape_.batch * rowBands * pieces;
  const std::size_t scratchEach = scratchElements(1);
  const auto part = [&](std::int64_t index) {
    Band band{0, 0, shape_.outHeight, 0, pixels_.size(), 0, blocks_.size()};
    if (byBlocks) {
      band.firstBlock = static_cast<std::size_t>(index);
      band.endBlock = band.firstBlock + 1;
    } else {
      const std::int64_t piece = index % pieces, rows = index / pieces % rowBands;
      band.batch = index / pieces / rowBands;
      band.firstRow = shape_.outHeight * rows / rowBands;
      band.endRow = shape_.outHeight * (rows + 1) / rowBands;
      band.firstPixels = static_cast<std::size_t>(tiles * piece / pieces);
      band.endPixels = static_cast<std::size_t>(tiles * (piece + 1) / pieces);
    }
    for (band.batch = byBlocks ? 0 : band.batch;; ++band.batch) {
      runBand(band, x, residual, y, scratch + scratchEach * static_cast<std::size_t>(omp_get_thread_num()));
      if (!byBlocks || band.batch + 1 == shape_.batch) break;
    }
  };
  parallelFor(parts, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t index = begin; index < end; ++index) part(index);
  });
}

}  // namespace ew::cpu
