// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

#include "core/ops/dispatch.h"

namespace ew::ops {

struct Moments {
  double mean = 0;
  double variance = 0;  ///< of the population: divided by the count
};

template <class T>
double asDouble(T value) {
  return static_cast<double>(static_cast<Wide<T>>(value));
}
template <class T>
T fromDouble(double value) {
  return static_cast<T>(static_cast<Wide<T>>(value));
}

/// In two passes, so that a large mean does not swallow the variance.
template <class T>
Moments momentsOf(std::span<const T> values) {
  Moments out;
  if (values.empty()) return out;
  const auto count = static_cast<double>(values.size());
  for (const T value : values) out.mean += asDouble(value);
  out.mean /= count;
  for (const T value : values) out.variance += (asDouble(value) - out.mean) * (asDouble(value) - out.mean);
  out.variance /= count;
  return out;
}

/// A parameter of one value a channel, of the element type of X.
inline Status requireChannels(const Tensor& parameter, const std::string& name, DType type, std::int64_t channels) {
  if (parameter.dtype() != type) return invalid(name + " has another element type than X");
  if (parameter.dims() != Dims{channels}) return invalid(name + " has the shape " + dimsText(parameter.dims()) + ", not " + std::to_string(channels));
  return {};
}

}  // namespace ew::ops
