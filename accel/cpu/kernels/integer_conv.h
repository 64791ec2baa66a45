// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "accel/cpu/kernels/integer_matrix.h"
#include "core/ops/convolver.h"

namespace ew::cpu {

/// An integer convolution on channels-last bytes, of up to three spatial axes. A run is what a filter reads from one
/// pixel (the channels of its group), or where channels are few and do not come in fours, from one line of pixels.
/// Padded pixels are pointers to a row of zero points.
class IntegerConv {
 public:
  /// Its weights, one packed piece for each group, which several layers may share.
  using Packed = std::vector<std::shared_ptr<const PackedFilters>>;
  static Packed pack(const ops::ConvShape& shape, const QuantizedLayer& layer, const TileSet& set);

  IntegerConv(const ops::ConvShape& shape, const QuantizedLayer& layer, const Packed& packed);
  /// A sum that results pass through before they are written, as bytes of type `type`. Not in fixed mode.
  void addSum(const IntegerSum& sum, DType type);

  /// Memory for a copy of the input with its padding left and right, where runs need that; else 0.
  std::size_t scratchBytes() const;
  /// On all threads. `other` lies like y, and is null without a sum.
  void run(const std::uint8_t* x, const std::uint8_t* other, std::uint8_t* y, std::uint8_t* scratch) const;

 private:
  /// Where a run lies, seen from an output pixel; it meets the input (or its copy) for outputs first .. last - 1 of a line.
  struct Run { std::int64_t depth, height, width, first, last; };

  void findRuns();
  void copyLines(const std::uint8_t* x, std::uint8_t* scratch, std::int64_t begin, std::int64_t end) const;
  void pointTo(const std::uint8_t* x, std::int64_t begin, std::int64_t end, const std::uint8_t** rows, std::int64_t step) const;
  void pointToLine(const std::uint8_t* line, const Run& run, std::int64_t first, std::int64_t count, const std::uint8_t** rows) const;
  /// Of results, and of units: each is one block of filters of one group.
  struct Part { std::int64_t beginPixel, endPixel, beginUnit, endUnit; };
  void multiply(const std::uint8_t* x, const std::uint8_t* other, std::uint8_t* y, const Part& part) const;
  std::int64_t pixels() const { return shape_.batch * shape_.outPlane(); }

  ops::ConvShape shape_;                     ///< with groups of few filters joined
  ops::Window depth_, height_, width_;
  bool wide_;                                ///< a run is a line of pixels
  bool copied_ = false;
  std::int64_t left_ = 0;                    ///< padded pixels in front of a line's copy
  std::int64_t lineBytes_ = 0, runBytes_ = 0;
  std::vector<Run> runs_;
  std::uint8_t zero_;
  std::vector<std::uint8_t> zeros_;          ///< what padded pixels hold
  std::vector<IntegerMatrix> matrices_;      ///< one a group
  bool splitFilters_ = false;                ///< threads share pixels rather than filters
};

/// A sum after a layer, and the value that is added.
struct FusedSum {
  IntegerSum sum;
  DType type = DType::u8;   ///< of the result
  ValueId other = kNone, y = kNone;
};

/// As a step of the program. False for what it does not take: more than three spatial axes.
bool addIntegerConv(Builder& builder, const Node& node, const ops::ConvShape& shape, const QuantizedLayer& layer, const std::optional<FusedSum>& sum);

}  // namespace ew::cpu
