// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/reduce_loops.h"

#include <algorithm>

#include "accel/cpu/loops/clones.h"

namespace ew::cpu {
namespace {

constexpr std::int64_t parts = 16;
constexpr std::int64_t block = 1024;  ///< elements whose sums are added up before they join the rest

EW_CLONES void sumBlock(const float* x, std::int64_t n, float center, bool squares, float* acc) {
  std::int64_t i = 0;
  if (squares) {
    for (; i + parts <= n; i += parts)
      for (std::int64_t k = 0; k < parts; ++k) acc[k] += (x[i + k] - center) * (x[i + k] - center);
    for (; i < n; ++i) acc[i % parts] += (x[i] - center) * (x[i] - center);
  } else {
    for (; i + parts <= n; i += parts)
      for (std::int64_t k = 0; k < parts; ++k) acc[k] += x[i + k];
    for (; i < n; ++i) acc[i % parts] += x[i];
  }
}

double sumRow(const float* x, std::int64_t n, float center, bool squares) {
  double total = 0;
  for (std::int64_t at = 0; at < n; at += block) {
    float acc[parts] = {};
    sumBlock(x + at, std::min(block, n - at), center, squares, acc);
    for (const float part : acc) total += static_cast<double>(part);
  }
  return total;
}

EW_CLONES void maxParts(const float* x, std::int64_t n, float* acc) {
  for (std::int64_t i = 0; i + parts <= n; i += parts)
    for (std::int64_t k = 0; k < parts; ++k) acc[k] = x[i + k] > acc[k] || x[i + k] != x[i + k] ? x[i + k] : acc[k];
}

EW_CLONES void minParts(const float* x, std::int64_t n, float* acc) {
  for (std::int64_t i = 0; i + parts <= n; i += parts)
    for (std::int64_t k = 0; k < parts; ++k) acc[k] = x[i + k] < acc[k] || x[i + k] != x[i + k] ? x[i + k] : acc[k];
}

float extreme(bool largest, const float* x, std::int64_t n) {
  float acc[parts];
  std::fill(acc, acc + parts, x[0]);
  largest ? maxParts(x, n, acc) : minParts(x, n, acc);
  float best = acc[0];
  const auto join = [&](float v) { best = (largest ? v > best : v < best) || v != v ? v : best; };
  for (const float part : acc) join(part);
  for (std::int64_t i = n - n % parts; i < n; ++i) join(x[i]);
  return best;
}

}  // namespace

float joinRow(Join how, const float* x, std::int64_t n) {
  if (how == Join::Max || how == Join::Min) return extreme(how == Join::Max, x, n);
  return static_cast<float>(sumRow(x, n, 0, how == Join::Squares));
}

float squaresAround(const float* x, std::int64_t n, float center) { return static_cast<float>(sumRow(x, n, center, true)); }

EW_CLONES void joinInto(Join how, bool first, const float* x, float* to, std::int64_t n) {
  if (first) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = how == Join::Squares ? x[i] * x[i] : x[i];
    return;
  }
  switch (how) {
    case Join::Sum: for (std::int64_t i = 0; i < n; ++i) to[i] += x[i]; break;
    case Join::Squares: for (std::int64_t i = 0; i < n; ++i) to[i] += x[i] * x[i]; break;
    case Join::Max: for (std::int64_t i = 0; i < n; ++i) to[i] = x[i] > to[i] || x[i] != x[i] ? x[i] : to[i]; break;
    case Join::Min: for (std::int64_t i = 0; i < n; ++i) to[i] = x[i] < to[i] || x[i] != x[i] ? x[i] : to[i]; break;
  }
}

EW_CLONES void addScaled(bool first, float factor, const float* x, float* to, std::int64_t n) {
  if (first) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = factor * x[i];
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) to[i] += factor * x[i];
}

EW_CLONES void scaleEach(const float* x, float* y, std::int64_t n, float mean, float factor, const float* scale, const float* shift) {
  if (shift == nullptr) {
    for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * factor * scale[i];
    return;
  }
  for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * factor * scale[i] + shift[i];
}

}  // namespace ew::cpu
