// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "accel/cpu/loops/integer_tile.h"
#include "accel/cpu/quantized_layer.h"

namespace ew::cpu {

/// Where the weights of some filters lie in the layer's tensor: weight (filter, run, byte) is element
/// filter * filterStep + runs[run] + bytes[byte].
struct WeightOrder {
  std::int64_t filterStep = 0;
  std::vector<std::int64_t> runs, bytes;
};

/// Weights of an integer layer (or of one group of it), packed for a tile set, with what brings sums back to bytes.
/// Exact for any zero points, weights and sums: x counts as unsigned bytes whose zero point goes into the value that sums
/// start with; weights that exceed 8 bits without their zero point are split into several that do not.
class IntegerMatrix {
 public:
  /// Filters first .. first + count - 1 of the layer.
  IntegerMatrix(const QuantizedLayer& layer, std::int64_t first, std::int64_t count, const WeightOrder& order, const TileSet& set);

  /// Work is split in blocks of filters.
  std::int64_t blocks() const { return static_cast<std::int64_t>(blocks_.size()); }
  std::size_t weightBytes() const { return weights_.size(); }

  /// y[row * yStep + filter] for `count` rows and the filters of one block; rows[run * rowStep + row] + offset is where a
  /// run starts, and may be read up to three bytes beyond its end.
  void multiply(const std::uint8_t* const* rows, std::int64_t rowStep, std::int64_t count, std::int64_t offset, std::int64_t block,
                std::uint8_t* y, std::int64_t yStep) const;

 private:
  struct Block {
    int vectors = 1;
    std::int64_t filter = 0, filters = 0;   ///< of this matrix
    std::int64_t padded = 0;                ///< where its constants start in start_, multipliers_ and fixed_
    std::size_t weights = 0;                ///< where its weights start
  };

  void layOut(std::int64_t count);
  void packFilter(const Block& block, std::int64_t lane, const std::vector<std::int16_t>& weights);
  void finishFixed(const IntegerTile& tile, const Block& block, int rows) const;

  const TileSet& set_;
  std::int64_t runs_, runBytes_, planes_ = 1;
  IntegerTile common_;                      ///< what all tiles share
  std::int32_t yZero_;                      ///< of y as unsigned bytes
  std::vector<Block> blocks_;
  std::vector<std::int8_t> weights_;
  std::vector<std::int32_t> start_;
  std::vector<float> multipliers_;
  std::vector<ops::FixedMultiplier> fixed_;  ///< empty in float mode
};

}  // namespace ew::cpu
