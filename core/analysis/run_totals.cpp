// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/run_totals.h"

// Opening a model reads every weight once: that should take what reading memory takes. Where processors differ the
// compiler makes a variant for each.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define EW_VARIANTS __attribute__((target_clones("avx2", "default")))
#else
#define EW_VARIANTS
#endif

namespace ew::analysis {
namespace {

constexpr std::size_t lanes = 8;

/// Vectors of a fixed width, which the compiler makes of what the processor has.
using Floats = float __attribute__((vector_size(32)));
using Ints = std::int32_t __attribute__((vector_size(32)));
using HalfDoubles = double __attribute__((vector_size(32)));

__attribute__((always_inline)) inline void addFloats(RunTotals& totals, FloatsAt run) {
  const std::size_t whole = run.size() / lanes * lanes;
  if (whole > 0) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    Floats low = Floats{} + infinity, high = Floats{} - infinity;
    HalfDoubles l1Low{}, l1High{};
    Ints zeros{};
    for (std::size_t at = 0; at < whole; at += lanes) {
      Floats x;
      std::memcpy(&x, run.data + at * sizeof(float), sizeof x);
      low = x < low ? x : low;  // a NaN loses every comparison
      high = x > high ? x : high;
      zeros -= x == Floats{};
      const Floats size = x < Floats{} ? -x : x;
      l1Low += __builtin_convertvector(__builtin_shufflevector(size, size, 0, 1, 2, 3), HalfDoubles);
      l1High += __builtin_convertvector(__builtin_shufflevector(size, size, 4, 5, 6, 7), HalfDoubles);
    }
    for (std::size_t i = 0; i < lanes; ++i) {
      totals.low = std::min(totals.low, static_cast<double>(low[i]));
      totals.high = std::max(totals.high, static_cast<double>(high[i]));
      totals.l1 += i < lanes / 2 ? l1Low[i] : l1High[i - lanes / 2];
      totals.zeros += zeros[i];
    }
  }
  for (std::size_t i = whole; i < run.size(); ++i) addOne(totals, run[i], 0.0F);
}

template <class T>
__attribute__((always_inline)) inline void addBytes(RunTotals& totals, std::span<const T> run, int zero) {
  if (run.empty()) return;
  int low = run[0] - zero, high = low;
  std::int64_t l1 = 0, zeros = 0;
  for (const T element : run) {
    const int x = element - zero;
    low = std::min(low, x);
    high = std::max(high, x);
    l1 += x < 0 ? -x : x;
    zeros += x == 0 ? 1 : 0;
  }
  totals.low = std::min(totals.low, static_cast<double>(low));
  totals.high = std::max(totals.high, static_cast<double>(high));
  totals.l1 += static_cast<double>(l1);
  totals.zeros += zeros;
}

}  // namespace

EW_VARIANTS void addRun(RunTotals& totals, FloatsAt run, float) { addFloats(totals, run); }

EW_VARIANTS void addRun(RunTotals& totals, std::span<const std::int8_t> run, int zero) { addBytes(totals, run, zero); }

EW_VARIANTS void addRun(RunTotals& totals, std::span<const std::uint8_t> run, int zero) { addBytes(totals, run, zero); }

void addRun(RunTotals& totals, std::span<const double> run, double zero) {
  for (const double x : run) addOne(totals, x, zero);
}

}  // namespace ew::analysis
