// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/ops/op.h"

namespace ew::ops {

/// Where a box of elements lies in a tensor: the index of its first element and its step along each axis, in
/// elements. Steps may be zero (broadcasting) or negative (reversing).
struct Layout {
  std::int64_t offset = 0;
  Dims strides;
};

/// The layout of a whole tensor.
inline Layout layoutOf(const Tensor& tensor) { return {0, stridesOf(tensor.dims())}; }

/// Copies a box of elements between tensors of one type, whatever the type is: bytes by width, packed elements one
/// by one, strings. The caller has checked that both boxes lie inside their tensors.
void copyBox(const Tensor& from, const Layout& fromLayout, Tensor& to, const Layout& toLayout, const Dims& extents);

/// Copies runs of neighbouring elements between two tensors of one type; looks at the type once, not for each run.
class RunCopier {
 public:
  RunCopier(const Tensor& from, Tensor& to);
  void operator()(std::int64_t fromIndex, std::int64_t toIndex, std::int64_t count) const {
    if (width_ == 0) copySlowly(fromIndex, toIndex, count);
    else if (count == 1 && width_ == 4) std::memcpy(target_ + toIndex * 4, source_ + fromIndex * 4, 4);
    else if (count > 0) std::memcpy(target_ + toIndex * width_, source_ + fromIndex * width_, static_cast<std::size_t>(count * width_));
  }

 private:
  void copySlowly(std::int64_t fromIndex, std::int64_t toIndex, std::int64_t count) const;
  const Tensor& from_;
  Tensor& to_;
  const std::byte* source_ = nullptr;
  std::byte* target_ = nullptr;
  std::int64_t width_ = 0;  ///< bytes of an element; 0 for strings and packed elements
};

/// A single run.
void copyRun(const Tensor& from, std::int64_t fromIndex, Tensor& to, std::int64_t toIndex, std::int64_t count);

/// Writes the single element `fromIndex` of `from` to `count` neighbouring elements.
void fillRun(const Tensor& from, std::int64_t fromIndex, Tensor& to, std::int64_t toIndex, std::int64_t count);

/// Cost of operators that only copy or rename: no arithmetic at all.
inline Cost movesOnly(const Node&, std::span<const Dims>, std::span<const Dims>) { return {}; }

/// A new tensor of `extents` whose elements are read from `from` through `layout`.
Result<Tensor> gathered(const Tensor& from, const Layout& layout, Dims extents);

}  // namespace ew::ops
