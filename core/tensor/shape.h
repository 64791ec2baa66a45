// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ew {

/// Concrete extents of a tensor.
using Dims = std::vector<std::int64_t>;

/// One extent of a value: a number, a named symbol, or neither.
struct Dim {
  std::int64_t extent = -1;  ///< -1 when not known
  std::string symbol;        ///< name of a dynamic dimension, empty when known or anonymous

  Dim() = default;
  Dim(std::int64_t number) : extent(number) {}  // NOLINT: a number is a dim
  explicit Dim(std::string name) : symbol(std::move(name)) {}

  bool known() const { return extent >= 0; }
  bool operator==(const Dim&) const = default;
  std::string text() const { return known() ? std::to_string(extent) : (symbol.empty() ? "?" : symbol); }
};

/// Shape of a value: each extent a number or a symbol. A value of unknown rank has no Shape at all.
class Shape {
 public:
  Shape() = default;
  explicit Shape(std::vector<Dim> dims) : dims_(std::move(dims)) {}
  explicit Shape(const Dims& dims) : dims_(dims.begin(), dims.end()) {}

  std::size_t rank() const { return dims_.size(); }
  const Dim& operator[](std::size_t axis) const { return dims_[axis]; }
  Dim& operator[](std::size_t axis) { return dims_[axis]; }
  const std::vector<Dim>& dims() const { return dims_; }
  bool operator==(const Shape&) const = default;

  bool known() const;                   ///< every extent is a number
  std::optional<Dims> concrete() const; ///< the numbers, when all are known
  /// Elements, when all are known and the product does not overflow.
  std::optional<std::int64_t> elements() const;
  std::string text() const;             ///< "N x 3 x 224 x 224", "scalar" for rank 0

 private:
  std::vector<Dim> dims_;
};

/// Elements of concrete extents that were validated before (no overflow check).
std::int64_t elementCount(const Dims& dims);
/// Row-major strides in elements.
Dims stridesOf(const Dims& dims);
std::string dimsText(const Dims& dims);  ///< "1x3x224x224"

}  // namespace ew
