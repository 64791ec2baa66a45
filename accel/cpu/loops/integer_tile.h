// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace ew::cpu {

// Exact sums of products of bytes, the inner loop of every integer layer, for each generation of processors. Sums wrap in
// 32 bits, as in the reference.

/// A QLinearAdd of the layer's result (float mode) and bytes that lie like it, done before anything is written:
/// y = saturate(round(float(result - resultZero) * resultMultiplier + float(other - otherZero) * otherMultiplier) + zeroPoint).
struct IntegerSum {
  std::int32_t resultZero = 0, otherZero = 0, zeroPoint = 0;  ///< 0 .. 255, of bytes as unsigned ones
  float resultMultiplier = 0, otherMultiplier = 0;            ///< below 10^6
  std::uint32_t flipOther = 0;                                ///< xored to four bytes of the others
};

/// One tile of results: some rows (pixels) times one block of filters. A row's operand is `runs` pieces of `runBytes`
/// consecutive bytes each, wherever they lie; the pieces are read in whole groups of four bytes.
struct IntegerTile {
  const std::uint8_t* const* rows = nullptr;  ///< rows[run * rowStep + row]
  std::int64_t rowStep = 0, runs = 0, runBytes = 0;
  std::int64_t planes = 1;                    ///< how often the runs are gone through, each time with further weights
  std::int64_t offset = 0;                    ///< added to every row
  const std::int8_t* weights = nullptr;       ///< [plane][run][group of four][filter][4]
  const std::int32_t* start = nullptr;        ///< [filter]: bias and zero points
  std::uint32_t flip = 0;                     ///< xored to four bytes of x, which then count as unsigned

  const float* multipliers = nullptr;         ///< [filter]; in fixed mode null, and then
  const std::int32_t* fixed = nullptr;        ///< [filter] factors and
  const std::int32_t* shifts = nullptr;       ///< [filter] how far products are shifted
  std::int32_t zeroPoint = 0;                 ///< 0 .. 255, of results as unsigned bytes
  const IntegerSum* sum = nullptr;            ///< what is added to results; not in fixed mode
  std::uint32_t flipResult = 0;               ///< xored to four bytes of y
  const std::uint8_t* other = nullptr;        ///< other[row * yStep + filter], when there is a sum
  std::uint8_t* y = nullptr;                  ///< y[row * yStep + filter]
  std::int64_t yStep = 0;
  std::int64_t filters = 0;                   ///< of the block that are real
};

using TileFunction = void (*)(const IntegerTile&);

/// The tiles of one generation: a block has 1 .. `vectors` times `lanes` filters, a tile up to rows[vectors of its block] rows.
struct TileSet {
  static constexpr int mostRows = 14, mostVectors = 4;
  const char* name = "";
  int lanes = 0, vectors = 0;
  int rows[mostVectors + 1] = {};
  TileFunction tiles[mostVectors + 1][mostRows + 1] = {};
};

/// Those that this processor can run, the fastest first.
std::span<const TileSet* const> tileSets();

}  // namespace ew::cpu
