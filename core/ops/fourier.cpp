// SPDX-License-Identifier: Apache-2.0
#include "core/ops/fourier.h"

#include <algorithm>
#include <numbers>
#include <string>

#include "core/ops/cost.h"
#include "core/ops/dispatch.h"

namespace ew::ops {

Result<Fourier> Fourier::create(std::int64_t length, bool inverse) {
  if (length < 1) return invalid("a transform of length " + std::to_string(length));
  if (length > (std::int64_t{1} << 20)) return limitReached("a transform of length " + std::to_string(length) + ", over 2^20");
  Fourier out;
  out.inverse_ = inverse;
  const double turn = (inverse ? 2 : -2) * std::numbers::pi / static_cast<double>(length);
  for (std::int64_t j = 0; j < length; ++j) out.roots_.push_back(std::polar(1.0, turn * static_cast<double>(j)));
  return out;
}

void Fourier::transform(std::span<const Complex> line, std::size_t bins, std::vector<Complex>& out) const {
  const std::size_t length = roots_.size();
  const std::span<const Complex> used = line.first(std::min(line.size(), length));
  out.assign(bins, Complex());
  for (std::size_t k = 0; k < bins; ++k) {
    std::size_t root = 0;
    for (const Complex& x : used) {
      out[k] += x * roots_[root];
      root = (root + k) % length;
    }
    if (inverse_) out[k] /= static_cast<double>(length);
  }
}

Result<std::vector<Fourier::Complex>> toComplex(const Tensor& tensor) {
  const std::int64_t parts = tensor.rank() == 0 ? 0 : tensor.dim(tensor.rank() - 1);
  if (parts != 1 && parts != 2) return invalid("the last axis must be 1 or 2, not the shape " + dimsText(tensor.dims()));
  EW_TRY(dispatchFloat(tensor.dtype(), []<class T>() {}));
  EW_ASSIGN(const std::vector<double> values, toDoubles(tensor));
  std::vector<Fourier::Complex> out;
  const auto step = static_cast<std::size_t>(parts);
  for (std::size_t i = 0; i < values.size(); i += step) out.emplace_back(values[i], parts == 2 ? values[i + 1] : 0);
  return out;
}

Result<Tensor> fromComplex(const std::vector<Fourier::Complex>& values, DType type, Dims dims) {
  const std::size_t parts = dims.back() == 2 ? 2 : 1;
  EW_ASSIGN(Tensor out, Tensor::create(type, std::move(dims)));
  EW_TRY(dispatchFloat(type, [&]<class T>() {
    const std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < values.size(); ++i) {
      to[parts * i] = static_cast<T>(static_cast<Wide<T>>(values[i].real()));
      if (parts == 2) to[2 * i + 1] = static_cast<T>(static_cast<Wide<T>>(values[i].imag()));
    }
  }));
  return out;
}

Status checkFourierWork(std::int64_t lines, std::int64_t length, std::int64_t bins) {
  if (work({lines, length, bins}) <= (std::int64_t{1} << 36)) return {};
  return limitReached("the transform takes over 2^36 multiplications");
}

}  // namespace ew::ops
