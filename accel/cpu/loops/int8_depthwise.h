// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ew::cpu {

// Depthwise convolution of bytes with the channels innermost, exact for any sum (they wrap in 32 bits, as in the
// reference), requantized in registers. Four rows of the kernel are interleaved byte by byte, so that the four products
// of a channel are one dot product; a row of results is then one flat array, whatever the number of channels is.

/// The constants of a layer, laid out for groups of some results (DepthwiseSet::group) that lie together. Results repeat
/// their channels every `phases` groups.
struct DepthwiseLayer {
  std::int64_t channels = 0, width = 0, outWidth = 0;
  std::int64_t kernelRows = 0, kernelColumns = 0, stride = 1, dilation = 1, padBegin = 0;  ///< the latter three along a row
  std::int64_t phases = 0;
  std::vector<std::int8_t> weights;        ///< [phase][four rows][column][result of the group][4]
  std::vector<std::int8_t> weightsBelow;   ///< one row further down, where four rows give two rows of results; else empty
  std::vector<std::int32_t> start;         ///< [phase][result of the group]: bias and zero points
  std::vector<float> multipliers;          ///< the same
  std::uint8_t flip = 0;                   ///< xored to x, which then counts as unsigned
  std::uint8_t padding = 0;                ///< what padded pixels hold, as unsigned
  std::int16_t zeroPoint = 0;              ///< 0 .. 255, of results as unsigned bytes
  std::uint8_t flipResult = 0;             ///< xored to y

  std::int64_t rowGroups() const { return (kernelRows + 3) / 4; }
  /// Pixels of a row with its padding that the kernel meets.
  std::int64_t metPixels() const { return (outWidth - 1) * stride + (kernelColumns - 1) * dilation + 1; }
  /// Bytes of every `stride`-th pixel with rows interleaved, and room to read on.
  std::int64_t laneBytes() const { return ((metPixels() + stride - 1) / stride * channels * 4 + 63) / 64 * 64 + 512; }
  std::int64_t scratchBytes() const { return rowGroups() * stride * laneBytes(); }
};

/// One row of results from `kernelRows` rows of x, each of width * channels bytes; with `below`, which only layers with
/// weightsBelow may have, also the next row of results, from one more row.
using DepthwiseFunction = void (*)(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y,
                                   std::uint8_t* below);

/// Taps that a layer may have: columns times groups of four rows.
inline constexpr std::int64_t mostDepthwiseTaps = 64;

struct DepthwiseSet {
  const char* name = "";
  std::int64_t group = 0;
  DepthwiseFunction run = nullptr;
};

/// Those that this processor can run, the fastest first.
std::span<const DepthwiseSet> depthwiseSets();

#if defined(__x86_64__) && defined(__GNUC__)
void depthwiseAvx512(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below);
void depthwiseAvxVnni(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below);
void depthwiseAvx2(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below);
#endif
void depthwisePlain(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below);

}  // namespace ew::cpu
