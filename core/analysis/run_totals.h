// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

namespace ew::analysis {

/// What is summed up over the elements of one channel.
struct RunTotals {
  double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
  double l1 = 0;
  std::int64_t zeros = 0;
};

/// Floats at any address: those of a file are read where they lie.
struct FloatsAt {
  const std::byte* data = nullptr;
  std::size_t count = 0;

  std::size_t size() const { return count; }
  bool empty() const { return count == 0; }
  float operator[](std::size_t i) const {
    float x;
    std::memcpy(&x, data + i * sizeof x, sizeof x);
    return x;
  }
  FloatsAt first(std::size_t n) const { return {data, n}; }
  FloatsAt subspan(std::size_t n) const { return {data + n * sizeof(float), count - n}; }
};

template <class T, class Zero>
void addOne(RunTotals& totals, T element, Zero zero) {
  const auto x = static_cast<double>(element - zero);
  totals.low = x < totals.low ? x : totals.low;
  totals.high = x > totals.high ? x : totals.high;
  totals.l1 += std::abs(x);
  totals.zeros += x == 0 ? 1 : 0;
}

/// Adds the differences of all elements and `zero` (run_totals.cpp). Sums of floats are in eight lanes whatever the
/// processor has, so that all processors give the same bits.
void addRun(RunTotals& totals, FloatsAt run, float zero);  ///< zero is 0: floats are stored as they are
void addRun(RunTotals& totals, std::span<const double> run, double zero);
void addRun(RunTotals& totals, std::span<const std::int8_t> run, int zero);
void addRun(RunTotals& totals, std::span<const std::uint8_t> run, int zero);

}  // namespace ew::analysis
