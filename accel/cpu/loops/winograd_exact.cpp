// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/winograd_exact.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ew::cpu {
namespace {

constexpr std::int64_t kernelSide = 3, taps = kernelSide * kernelSide;
constexpr std::int64_t mostLanes = 16;

/// Adds one channel of one tap to the sums of all filters of a block. Mapped weights may lie at any address.
void addProducts(const WinogradShape& shape, std::int64_t block, std::int64_t channel, std::int64_t tap, float x, const std::byte* kernels,
                 float* sums) {
  const std::int64_t first = block * shape.lanes, filters = std::min<std::int64_t>(shape.lanes, shape.filters - first);
  for (std::int64_t f = 0; f < filters; ++f) {
    float w = 0;
    std::memcpy(&w, kernels + (((first + f) * shape.channels + channel) * taps + tap) * static_cast<std::int64_t>(sizeof w), sizeof w);
    sums[f] += x * w;
  }
}

}  // namespace

void convolveTile(const WinogradShape& shape, std::int64_t tile, std::int64_t block, const float* x, const std::byte* kernels, float* values) {
  const std::int64_t across = shape.tilesAcross(), perImage = across * shape.tilesDown(), lanes = shape.lanes;
  const std::int64_t image = tile / perImage, top = tile % perImage / across * shape.tile, left = tile % across * shape.tile;
  for (std::int64_t i = 0; i < shape.tile; ++i) {
    for (std::int64_t j = 0; j < shape.tile; ++j) {
      std::array<float, mostLanes> sums{};
      for (std::int64_t channel = 0; channel < shape.channels; ++channel) {
        const float* const plane = x + (image * shape.channelBlocks() + channel / lanes) * shape.height * shape.width * lanes + channel % lanes;
        for (std::int64_t tap = 0; tap < taps; ++tap) {
          const std::int64_t row = (top + i) * shape.stride - shape.padTop + tap / kernelSide;
          const std::int64_t column = (left + j) * shape.stride - shape.padLeft + tap % kernelSide;
          if (row < 0 || row >= shape.height || column < 0 || column >= shape.width) continue;
          addProducts(shape, block, channel, tap, plane[(row * shape.width + column) * lanes], kernels, sums.data());
        }
      }
      std::copy_n(sums.data(), lanes, values + (i * shape.tile + j) * lanes);
    }
  }
}

}  // namespace ew::cpu
