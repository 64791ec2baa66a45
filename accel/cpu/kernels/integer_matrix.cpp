// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/integer_matrix.h"

#include <algorithm>

#include "accel/cpu/loops/byte_loops.h"

namespace ew::cpu {
namespace {

constexpr std::uint32_t signBits = 0x80808080U;

std::int64_t groupsOfFour(std::int64_t bytes) { return (bytes + 3) / 4; }

/// The weights of one filter without their zero point, run after run.
std::vector<std::int16_t> filterWeights(const QuantizedLayer& layer, std::int64_t filter, const WeightOrder& order) {
  const std::int32_t zero = layer.weightZero(static_cast<std::size_t>(filter));
  std::vector<std::int16_t> out;
  out.reserve(order.runs.size() * order.bytes.size());
  const auto read = [&](const auto* stored) {
    for (const std::int64_t run : order.runs)
      for (const std::int64_t byte : order.bytes) out.push_back(static_cast<std::int16_t>(stored[run + byte] - zero));
  };
  if (layer.w.dtype() == DType::i8) read(layer.w.data<std::int8_t>().data() + filter * order.filterStep);
  else read(layer.w.data<std::uint8_t>().data() + filter * order.filterStep);
  return out;
}

/// How many 8-bit weights a filter's weights have to be split into: -255 .. 255 takes three.
std::int64_t planesFor(const QuantizedLayer& layer) {
  std::int64_t most = 1;
  const int low = layer.w.dtype() == DType::i8 ? -128 : 0;
  for (const std::int32_t zero : layer.wZero)
    most = std::max<std::int64_t>(most, low - zero < -256 || low + 255 - zero > 254 ? 3 : low - zero < -128 || low + 255 - zero > 127 ? 2 : 1);
  return most;
}

}  // namespace

IntegerMatrix::IntegerMatrix(const QuantizedLayer& layer, std::int64_t first, std::int64_t count, const WeightOrder& order, const TileSet& set)
    : set_(set), runs_(static_cast<std::int64_t>(order.runs.size())), runBytes_(static_cast<std::int64_t>(order.bytes.size())),
      planes_(planesFor(layer)), yZero_(layer.yZero + (layer.yType == DType::i8 ? 128 : 0)) {
  common_.runs = runs_;
  common_.runBytes = runBytes_;
  common_.planes = planes_;
  common_.flip = layer.xType == DType::i8 ? signBits : 0;
  common_.flipResult = layer.yType == DType::i8 ? signBits : 0;
  common_.zeroPoint = static_cast<float>(yZero_);
  layOut(count);
  const auto xZero = static_cast<std::uint32_t>(layer.xZero + (layer.xType == DType::i8 ? 128 : 0));
  for (const Block& block : blocks_) {
    for (std::int64_t lane = 0; lane < block.filters; ++lane) {
      const auto filter = static_cast<std::size_t>(first + block.filter + lane), at = static_cast<std::size_t>(block.padded + lane);
      const std::vector<std::int16_t> weights = filterWeights(layer, static_cast<std::int64_t>(filter), order);
      packFilter(block, lane, weights);
      std::uint32_t sum = 0;
      for (const std::int16_t w : weights) sum += static_cast<std::uint32_t>(w);
      const std::uint32_t bias = layer.bias.empty() ? 0 : static_cast<std::uint32_t>(layer.bias[filter]);
      start_[at] = static_cast<std::int32_t>(bias - xZero * sum);
      multipliers_[at] = layer.multipliers[layer.multipliers.size() == 1 ? 0 : filter];
    }
  }
  if (!layer.fixed) return;
  for (const float multiplier : multipliers_) fixed_.push_back(ops::fixedMultiplier(multiplier));
}

/// Blocks as equal as whole vectors allow.
void IntegerMatrix::layOut(std::int64_t count) {
  const std::int64_t vectors = (count + set_.lanes - 1) / set_.lanes, blocks = (vectors + set_.vectors - 1) / set_.vectors;
  std::int64_t vector = 0;
  std::size_t weights = 0;
  for (std::int64_t i = 0; i < blocks; ++i) {
    const std::int64_t end = vectors * (i + 1) / blocks;
    Block block;
    block.vectors = static_cast<int>(end - vector);
    block.filter = block.padded = vector * set_.lanes;
    block.filters = std::min(count, end * set_.lanes) - block.filter;
    block.weights = weights;
    weights += static_cast<std::size_t>(planes_ * runs_ * groupsOfFour(runBytes_) * block.vectors * set_.lanes * 4);
    blocks_.push_back(block);
    vector = end;
  }
  weights_.resize(weights);
  start_.resize(static_cast<std::size_t>(vectors * set_.lanes));
  multipliers_.resize(start_.size());
}

void IntegerMatrix::packFilter(const Block& block, std::int64_t lane, const std::vector<std::int16_t>& weights) {
  const std::int64_t step = block.vectors * set_.lanes * 4;
  std::int8_t* to = weights_.data() + block.weights + lane * 4;
  std::vector<std::int16_t> rest = weights;
  for (std::int64_t plane = 0; plane < planes_; ++plane) {
    std::int16_t* from = rest.data();
    for (std::int64_t run = 0; run < runs_; ++run) {
      for (std::int64_t byte = 0; byte < runBytes_; ++byte, ++from) {
        const auto part = std::clamp<std::int16_t>(*from, -128, 127);
        to[byte / 4 * step + byte % 4] = static_cast<std::int8_t>(part);
        *from = static_cast<std::int16_t>(*from - part);
      }
      to += groupsOfFour(runBytes_) * step;
    }
  }
}

void IntegerMatrix::finishFixed(const IntegerTile& tile, const Block& block, int rows) const {
  for (int row = 0; row < rows; ++row) {
    std::uint8_t* y = tile.y + row * tile.yStep;
    requantizeFixedEach<std::uint8_t>(tile.sums + row * block.vectors * set_.lanes, fixed_.data() + block.padded, 1, yZero_, y, block.filters);
    if (tile.flipResult != 0)
      for (std::int64_t i = 0; i < block.filters; ++i) y[i] ^= 0x80;
  }
}

void IntegerMatrix::multiply(const std::uint8_t* const* rows, std::int64_t rowStep, std::int64_t count, std::int64_t offset, std::int64_t index,
                             std::uint8_t* y, std::int64_t yStep) const {
  const Block& block = blocks_[static_cast<std::size_t>(index)];
  alignas(64) std::int32_t sums[TileSet::mostRows * 64];
  IntegerTile tile = common_;
  tile.rowStep = rowStep;
  tile.offset = offset;
  tile.weights = weights_.data() + block.weights;
  tile.start = start_.data() + block.padded;
  tile.multipliers = multipliers_.data() + block.padded;
  tile.sums = fixed_.empty() ? nullptr : sums;
  tile.yStep = yStep;
  tile.filters = block.filters;
  const int most = set_.rows[block.vectors];
  const std::int64_t tiles = (count + most - 1) / most;
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t begin = count * i / tiles, end = count * (i + 1) / tiles;
    const auto size = static_cast<int>(end - begin);
    tile.rows = rows + begin;
    tile.y = y + begin * yStep + block.filter;
    set_.tiles[block.vectors][size](tile);
    if (!fixed_.empty()) finishFixed(tile, block, size);
  }
}

}  // namespace ew::cpu
