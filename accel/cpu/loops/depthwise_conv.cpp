// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/depthwise_conv.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "accel/cpu/parallel.h"

namespace ew::cpu {
namespace {

/// The taps of a window that starts at `start` which lie inside 0 .. extent-1.
std::pair<int, int> tapsInside(std::int64_t start, std::int64_t dilation, std::int64_t kernel, std::int64_t extent) {
  std::int64_t first = 0, end = kernel;
  while (first < end && start + first * dilation < 0) ++first;
  while (end > first && start + (end - 1) * dilation >= extent) --end;
  return {static_cast<int>(first), static_cast<int>(end)};
}

}  // namespace

DepthwiseConv::DepthwiseConv(const DirectShape& shape, const float* weights, const float* bias, const TileAfter& after, const FloatTileSet& set)
    : shape_(shape), after_(after), set_(set) {
  const std::int64_t taps = shape_.kernelHeight * shape_.kernelWidth, channels = shape_.channels;
  weightStep_ = (channels + set_.lanes - 1) / set_.lanes * set_.lanes;
  weights_.resize(static_cast<std::size_t>(taps * weightStep_));
  bias_.resize(static_cast<std::size_t>(weightStep_));
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t k = 0; k < taps; ++k) weights_[static_cast<std::size_t>(k * weightStep_ + c)] = weights[c * taps + k];
  if (bias != nullptr) std::copy_n(bias, channels, bias_.begin());
  makeColumns();
}

void DepthwiseConv::makeColumns() {
  const auto taps = [&](std::int64_t column) {
    return tapsInside(column * shape_.strideWidth - shape_.padLeft, shape_.dilationWidth, shape_.kernelWidth, shape_.width);
  };
  for (std::int64_t begin = 0, end = 0; begin < shape_.outWidth; begin = end) {
    for (end = begin; end < shape_.outWidth && taps(end) == taps(begin);) ++end;
    const std::int64_t tiles = (end - begin + set_.depthwiseRows - 1) / set_.depthwiseRows;
    for (std::int64_t t = 0; t < tiles; ++t) {
      const std::int64_t first = begin + (end - begin) * t / tiles, next = begin + (end - begin) * (t + 1) / tiles;
      columns_.push_back({first, static_cast<int>(next - first), taps(begin).first, taps(begin).second});
    }
  }
}

void DepthwiseConv::runRow(std::int64_t batch, std::int64_t outer, std::int64_t row, const float* x, const float* residual, float* y) const {
  const std::int64_t top = row * shape_.strideHeight - shape_.padTop;
  const std::int64_t from = batch * shape_.xBatchStep + outer * shape_.xOuterStep + top * shape_.xRowStep;
  const std::int64_t to = batch * shape_.yBatchStep + outer * shape_.yVectorStep + row * shape_.yRowStep;
  DepthwiseTile t;
  std::tie(t.firstRow, t.endRow) = tapsInside(top, shape_.dilationHeight, shape_.kernelHeight, shape_.height);
  t.rowStep = shape_.strideWidth * shape_.xColumnStep;
  t.xRowStep = shape_.dilationHeight * shape_.xRowStep;
  t.xColumnStep = shape_.dilationWidth * shape_.xColumnStep;
  t.kernelWidth = static_cast<int>(shape_.kernelWidth);
  t.weights = weights_.data() + outer * shape_.xInner;
  t.weightStep = weightStep_;
  t.bias = bias_.data() + outer * shape_.xInner;
  t.after = &after_;
  t.yStep = shape_.yColumnStep;
  t.channels = shape_.xInner;
  for (const Columns& columns : columns_) {
    t.firstColumn = columns.firstTap;
    t.endColumn = columns.endTap;
    t.x = x + from + (columns.first * shape_.strideWidth - shape_.padLeft) * shape_.xColumnStep;
    const std::int64_t at = to + columns.first * shape_.yColumnStep;
    t.y = y + at;
    if (residual != nullptr) (after_.residualLast ? t.residualLast : t.residual) = residual + at;
    set_.depthwise[columns.count](t);
  }
}

void DepthwiseConv::run(const float* x, const float* residual, float* y) const {
  const std::int64_t outers = shape_.channels / shape_.xInner;
  parallelFor(shape_.batch * outers * shape_.outHeight, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t plane = i / shape_.outHeight;
      runRow(plane / outers, plane % outers, i % shape_.outHeight, x, residual, y);
    }
  });
}

}  // namespace ew::cpu
