// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/loops/sparse_product.h"

namespace ew::cpu {

constexpr std::int64_t panelVectors = 4;

/// Vector code of the sparse product for one generation of processors. A panel has `panelVectors` vectors of pixels a
/// channel.
struct PanelCode {
  std::int64_t lanes = 4;
  /// Brings `channels` channels of `count` pixels into the panel [channel][pixel]; what is beyond the pixels is anything.
  /// False when some pixel is infinite or undefined.
  bool (*gather)(const float* x, const PixelLayout& from, std::int64_t image, std::int64_t first, std::int64_t count,
                 std::int64_t channel, std::int64_t channels, float* panel) = nullptr;
  /// tile[row] (+)= sum of its entries, for 1 .. panelVectors vectors of pixels. With a bias the tile starts from that.
  void (*multiply[panelVectors])(const float* panel, const std::uint32_t* starts, const SparseWeights::Entry* entries,
                                 std::int64_t rows, const float* bias, float* tile) = {};
  /// Bounds the tile, adds the residual and writes it as `what.to` wants it.
  void (*spread)(const float* tile, const SparseProduct& what, std::int64_t image, std::int64_t first, std::int64_t count,
                 std::int64_t rows, const float* residual, float* y) = nullptr;
};

const PanelCode& panelCode(const SparsePath& path);

}  // namespace ew::cpu
