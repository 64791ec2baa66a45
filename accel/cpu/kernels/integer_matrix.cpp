// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/integer_matrix.h"

#include <algorithm>

namespace ew::cpu {
namespace {

constexpr std::uint32_t signBits = 0x80808080U;

std::int64_t groupsOfFour(std::int64_t bytes) { return (bytes + 3) / 4; }
/// Of bytes of this type when they count as unsigned.
std::int32_t unsignedZero(std::int32_t zero, DType type) { return type == DType::i8 ? zero + 128 : zero; }

/// The weights of one filter without their zero point, run after run.
void readFilter(const QuantizedLayer& layer, std::int64_t filter, std::int64_t group, const WeightOrder& order, std::vector<std::int16_t>& out) {
  const std::int32_t zero = layer.weightZero(static_cast<std::size_t>(filter));
  const auto before = static_cast<std::size_t>(group) * order.bytes.size();
  const auto read = [&](const auto* stored) {
    std::int16_t* to = out.data() + before;
    for (const std::int64_t run : order.runs) {
      for (std::size_t i = 0; i < order.bytes.size(); ++i) to[i] = static_cast<std::int16_t>(stored[run + order.bytes[i]] - zero);
      to += order.runBytes();
    }
  };
  out.assign(order.runs.size() * static_cast<std::size_t>(order.runBytes()), 0);
  if (layer.w.dtype() == DType::i8) read(layer.w.data<std::int8_t>().data() + filter * order.filterStep);
  else read(layer.w.data<std::uint8_t>().data() + filter * order.filterStep);
}

/// How many 8-bit weights a weight has to be split into: 255 takes three.
std::int64_t planesFor(const QuantizedLayer& layer) {
  std::int64_t most = 1;
  const int low = layer.w.dtype() == DType::i8 ? -128 : 0;
  for (const std::int32_t zero : layer.wZero)
    most = std::max<std::int64_t>(most, low - zero < -256 || low + 255 - zero > 254 ? 3 : low - zero < -128 || low + 255 - zero > 127 ? 2 : 1);
  return most;
}

}  // namespace

std::string weightKey(const QuantizedLayer& layer, const TileSet& set) {
  std::string key = std::string("integer ") + set.name;
  for (const std::int32_t zero : layer.wZero) key += " " + std::to_string(zero);
  return key;
}

PackedFilters::PackedFilters(const QuantizedLayer& layer, std::int64_t firstFilter, std::int64_t count, const WeightOrder& order, const TileSet& tiles)
    : set(&tiles), first(firstFilter), runs(static_cast<std::int64_t>(order.runs.size())), runBytes(order.runBytes()), planes(planesFor(layer)) {
  layOut(count);
  std::vector<std::int16_t> filterWeights;
  for (const Block& block : blocks) {
    for (std::int64_t lane = 0; lane < block.filters; ++lane) {
      const std::int64_t filter = block.filter + lane;
      readFilter(layer, first + filter, filter / (count / order.groups), order, filterWeights);
      std::uint32_t sum = 0;
      for (const std::int16_t w : filterWeights) sum += static_cast<std::uint32_t>(w);
      sums.push_back(sum);
      packFilter(block, lane, filterWeights);
    }
  }
}

/// Blocks as equal as whole vectors allow.
void PackedFilters::layOut(std::int64_t count) {
  const std::int64_t lanes = set->lanes, vectors = (count + lanes - 1) / lanes, pieces = (vectors + set->vectors - 1) / set->vectors;
  std::int64_t vector = 0;
  std::size_t size = 0;
  for (std::int64_t i = 0; i < pieces; ++i) {
    const std::int64_t end = vectors * (i + 1) / pieces;
    Block block;
    block.vectors = static_cast<int>(end - vector);
    block.filter = vector * lanes;
    block.filters = std::min(count, end * lanes) - block.filter;
    block.weights = size;
    size += static_cast<std::size_t>(planes * runs * groupsOfFour(runBytes) * block.vectors * lanes * 4);
    blocks.push_back(block);
    vector = end;
  }
  weights.resize(size);
}

/// Changes what it is given: each plane takes what fits 8 bits and leaves the rest.
void PackedFilters::packFilter(const Block& block, std::int64_t lane, std::vector<std::int16_t>& rest) {
  const std::int64_t step = static_cast<std::int64_t>(block.vectors) * set->lanes * 4;
  std::int8_t* to = weights.data() + block.weights + lane * 4;
  for (std::int64_t plane = 0; plane < planes; ++plane) {
    std::int16_t* from = rest.data();
    for (std::int64_t run = 0; run < runs; ++run) {
      for (std::int64_t byte = 0; byte < runBytes; ++byte, ++from) {
        const auto part = std::clamp<std::int16_t>(*from, -128, 127);
        to[byte / 4 * step + byte % 4] = static_cast<std::int8_t>(part);
        *from = static_cast<std::int16_t>(*from - part);
      }
      to += groupsOfFour(runBytes) * step;
    }
  }
}

IntegerMatrix::IntegerMatrix(const QuantizedLayer& layer, std::shared_ptr<const PackedFilters> packed) : packed_(std::move(packed)) {
  common_.runs = packed_->runs;
  common_.runBytes = packed_->runBytes;
  common_.planes = packed_->planes;
  common_.flip = layer.xType == DType::i8 ? signBits : 0;
  common_.flipResult = layer.yType == DType::i8 ? signBits : 0;
  common_.zeroPoint = unsignedZero(layer.yZero, layer.yType);
  const auto xZero = static_cast<std::uint32_t>(unsignedZero(layer.xZero, layer.xType));
  for (std::size_t i = 0; i < packed_->sums.size(); ++i) {
    const std::size_t filter = static_cast<std::size_t>(packed_->first) + i;
    const std::uint32_t bias = layer.bias.empty() ? 0 : static_cast<std::uint32_t>(layer.bias[filter]);
    start_.push_back(static_cast<std::int32_t>(bias - xZero * packed_->sums[i]));
    const float multiplier = layer.multipliers[layer.multipliers.size() == 1 ? 0 : filter];
    const ops::FixedMultiplier fixed = ops::fixedMultiplier(multiplier);
    if (!layer.fixed) multipliers_.push_back(multiplier);
    if (layer.fixed) fixed_.push_back(fixed.q);
    if (layer.fixed) shifts_.push_back(fixed.shift);
  }
  // Tiles read whole vectors of them.
  const std::size_t padded = start_.size() + static_cast<std::size_t>(packed_->set->lanes);
  start_.resize(padded);
  if (!layer.fixed) multipliers_.resize(padded);
  if (layer.fixed) fixed_.resize(padded);
  if (layer.fixed) shifts_.resize(padded, 1);
}

void IntegerMatrix::addSum(const IntegerSum& sum, DType type) {
  sum_ = sum;
  sums_ = true;
  common_.flipResult = type == DType::i8 ? signBits : 0;
}

void IntegerMatrix::multiply(const std::uint8_t* const* rows, std::int64_t rowStep, std::int64_t count, std::int64_t offset, std::int64_t index,
                             const std::uint8_t* other, std::uint8_t* y, std::int64_t yStep) const {
  const PackedFilters::Block& block = packed_->blocks[static_cast<std::size_t>(index)];
  IntegerTile tile = common_;
  tile.rowStep = rowStep;
  tile.offset = offset;
  tile.weights = packed_->weights.data() + block.weights;
  tile.start = start_.data() + block.filter;
  tile.multipliers = fixed_.empty() ? multipliers_.data() + block.filter : nullptr;
  tile.fixed = fixed_.data() + (fixed_.empty() ? 0 : block.filter);
  tile.shifts = shifts_.data() + (fixed_.empty() ? 0 : block.filter);
  tile.sum = sums_ ? &sum_ : nullptr;
  tile.yStep = yStep;
  tile.filters = block.filters;
  const std::int64_t most = packed_->set->rows[block.vectors], tiles = (count + most - 1) / most;
  for (std::int64_t i = 0; i < tiles; ++i) {
    const std::int64_t begin = count * i / tiles, end = count * (i + 1) / tiles;
    tile.rows = rows + begin;
    tile.y = y + begin * yStep + block.filter;
    tile.other = other == nullptr ? nullptr : other + begin * yStep + block.filter;
    packed_->set->tiles[block.vectors][end - begin](tile);
  }
}

}  // namespace ew::cpu
