// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::ops {

/// The discrete Fourier transform by its definition: y[k] = sum x[t] exp(-2 pi i k t / length).
class Fourier {
 public:
  using Complex = std::complex<double>;

  /// Limit when the length is over 2^20.
  static Result<Fourier> create(std::int64_t length, bool inverse);

  /// The first `bins` coefficients of `line`, which is cut off or followed by zeros to the length.
  void transform(std::span<const Complex> line, std::size_t bins, std::vector<Complex>& out) const;

 private:
  bool inverse_ = false;
  std::vector<Complex> roots_;  ///< exp(-+2 pi i j / length)
};

/// A float tensor whose last axis is 1 (real) or 2 (real and imaginary part) as complex numbers.
Result<std::vector<Fourier::Complex>> toComplex(const Tensor& tensor);
/// The other way round: a tensor of `type` of shape `dims`, whose last axis is 2, or 1 to leave imaginary parts out.
Result<Tensor> fromComplex(const std::vector<Fourier::Complex>& values, DType type, Dims dims);

/// Limit when a transform of so many lines takes too long.
Status checkFourierWork(std::int64_t lines, std::int64_t length, std::int64_t bins);

}  // namespace ew::ops
