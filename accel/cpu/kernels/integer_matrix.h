// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "accel/cpu/loops/integer_tile.h"
#include "accel/cpu/quantized_layer.h"

namespace ew::cpu {

/// Where the weights of some filters lie in the layer's tensor: weight (filter, run, byte) is element
/// filter * filterStep + runs[run] + bytes[byte]. A run has the bytes of `groups` groups next to each other, each with as
/// many of the filters; a filter's weights of other groups are 0.
struct WeightOrder {
  std::int64_t filterStep = 0;
  std::vector<std::int64_t> runs, bytes;
  std::int64_t groups = 1;

  std::int64_t runBytes() const { return groups * static_cast<std::int64_t>(bytes.size()); }
};

/// Filters first .. first + count - 1 of a layer, packed for a tile set in blocks. Weights that exceed 8 bits without
/// their zero point are split into several that do not, each in a plane of its own.
struct PackedFilters {
  PackedFilters(const QuantizedLayer& layer, std::int64_t first, std::int64_t count, const WeightOrder& order, const TileSet& set);

  struct Block {
    int vectors = 1;
    std::int64_t filter = 0, filters = 0;     ///< of these filters
    std::size_t weights = 0;                  ///< where its weights start
  };

  const TileSet* set;
  std::int64_t first = 0, runs = 0, runBytes = 0, planes = 1;
  std::vector<Block> blocks;
  std::vector<std::int8_t> weights;
  std::vector<std::uint32_t> sums;            ///< of each filter's weights, modulo 2^32

 private:
  void layOut(std::int64_t count);
  void packFilter(const Block& block, std::int64_t lane, std::vector<std::int16_t>& weights);
};

/// Everything of a layer but its shape that decides what its packed weights are, for a cache.
std::string weightKey(const QuantizedLayer& layer, const TileSet& set);

/// Packed filters with what brings their sums back to bytes. Exact for any zero points, weights and sums: x counts as
/// unsigned bytes whose zero point goes into the value that sums start with.
class IntegerMatrix {
 public:
  IntegerMatrix(const QuantizedLayer& layer, std::shared_ptr<const PackedFilters> packed);

  /// Work is split in blocks of filters.
  std::int64_t blocks() const { return static_cast<std::int64_t>(packed_->blocks.size()); }
  std::size_t weightBytes() const { return packed_->weights.size(); }

  /// A sum that results pass through before they are written, as bytes of type `type`. Not in fixed mode.
  void addSum(const IntegerSum& sum, DType type);

  /// y[row * yStep + filter] for `count` rows and the filters of one block; rows[run * rowStep + row] + offset is where a
  /// run starts, and may be read up to three bytes beyond its end. `other` lies like y, and is null without a sum.
  void multiply(const std::uint8_t* const* rows, std::int64_t rowStep, std::int64_t count, std::int64_t offset, std::int64_t block,
                const std::uint8_t* other, std::uint8_t* y, std::int64_t yStep) const;

 private:
  std::shared_ptr<const PackedFilters> packed_;
  IntegerTile common_;                        ///< what all tiles share
  std::vector<std::int32_t> start_;
  std::vector<float> multipliers_;            ///< in float mode
  std::vector<std::int32_t> fixed_, shifts_;  ///< in fixed mode
  IntegerSum sum_;
  bool sums_ = false;
};

}  // namespace ew::cpu
