// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/byte_loops.h"

#include <cstring>
#include <limits>

#include "accel/cpu/loops/clones.h"

namespace ew::cpu {
namespace {

/// Half-to-even rounding and saturation of a float that is about to become a byte. Beyond +-1024 every zero point leads
/// to saturation, so clamping there changes nothing and lets the addition of 1.5 * 2^23 do the rounding.
template <class T>
inline T toByte(float value, std::int32_t zeroPoint) {
  constexpr float beyond = 1024, rounding = 12582912;
  float v = value < -beyond ? -beyond : value;
  v = v > beyond ? beyond : v;
  v = (v + rounding) - rounding;
  std::int32_t whole = static_cast<std::int32_t>(v) + zeroPoint;
  constexpr std::int32_t low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  whole = whole < low ? low : whole;
  whole = whole > high ? high : whole;
  return static_cast<T>(whole);
}

// target_clones does not go with templates, so each loop is inlined into named functions.
#define EW_ALWAYS inline __attribute__((always_inline))

template <class T>
EW_ALWAYS void requantizeAllLoop(const std::int32_t* acc, float multiplier, std::int32_t zeroPoint, T* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = toByte<T>(static_cast<float>(acc[i]) * multiplier, zeroPoint);
}

template <class T, class A, class B>
EW_ALWAYS void addLoop(const A* a, std::int64_t aStep, std::int32_t aZero, float ma, const B* b, std::int64_t bStep, std::int32_t bZero,
                       float mb, std::int32_t zeroPoint, T* y, std::int64_t n) {
  const auto term = [](std::int32_t value, std::int32_t zero, float m) { return static_cast<float>(value - zero) * m; };
  if (aStep != 0 && bStep != 0) {
    for (std::int64_t i = 0; i < n; ++i) y[i] = toByte<T>(term(a[i], aZero, ma) + term(b[i], bZero, mb), zeroPoint);
  } else {
    for (std::int64_t i = 0; i < n; ++i) y[i] = toByte<T>(term(a[i * aStep], aZero, ma) + term(b[i * bStep], bZero, mb), zeroPoint);
  }
}

template <class A, class B>
EW_ALWAYS void multiplyLoop(const A* a, std::int64_t aStep, std::int32_t aZero, const B* b, std::int64_t bStep, std::int32_t bZero,
                            std::int32_t* acc, std::int64_t n) {
  if (aStep != 0 && bStep != 0) {
    for (std::int64_t i = 0; i < n; ++i) acc[i] = (a[i] - aZero) * (b[i] - bZero);
  } else {
    for (std::int64_t i = 0; i < n; ++i) acc[i] = (a[i * aStep] - aZero) * (b[i * bStep] - bZero);
  }
}

template <class T>
EW_ALWAYS void quantizeLoop(const float* x, float scale, std::int32_t zeroPoint, T* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float steps = x[i] / scale;
    y[i] = toByte<T>(steps == steps ? steps : 0.0F, zeroPoint);
  }
}

}  // namespace

#define EW_FOR_TYPE(T)                                                                                                              \
  template <>                                                                                                                       \
  EW_CLONES void requantizeAll<T>(const std::int32_t* acc, float multiplier, std::int32_t zeroPoint, T* y, std::int64_t n) {         \
    requantizeAllLoop<T>(acc, multiplier, zeroPoint, y, n);                                                                         \
  }                                                                                                                                 \
  template <>                                                                                                                       \
  EW_CLONES void sumBytes<T>(const T* x, std::int32_t* acc, std::int64_t n) {                                                       \
    for (std::int64_t i = 0; i < n; ++i) acc[i] += x[i];                                                                            \
  }                                                                                                                                 \
  template <>                                                                                                                       \
  EW_CLONES void quantizeFloats<T>(const float* x, float scale, std::int32_t zeroPoint, T* y, std::int64_t n) {                      \
    quantizeLoop<T>(x, scale, zeroPoint, y, n);                                                                                     \
  }                                                                                                                                 \
  template <>                                                                                                                       \
  EW_CLONES void dequantizeBytes<T>(const T* x, float scale, std::int32_t zeroPoint, float* y, std::int64_t n) {                     \
    for (std::int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(x[i] - zeroPoint) * scale;                                       \
  }

#define EW_FOR_PAIR(A, B)                                                                                                           \
  template <>                                                                                                                       \
  EW_CLONES void multiplyBytes<A, B>(const A* a, std::int64_t aStep, std::int32_t aZero, const B* b, std::int64_t bStep,             \
                                     std::int32_t bZero, std::int32_t* acc, std::int64_t n) {                                       \
    multiplyLoop<A, B>(a, aStep, aZero, b, bStep, bZero, acc, n);                                                                   \
  }

#define EW_FOR_TRIPLE(T, A, B)                                                                                                      \
  template <>                                                                                                                       \
  EW_CLONES void addBytes<T, A, B>(const A* a, std::int64_t aStep, std::int32_t aZero, float ma, const B* b, std::int64_t bStep,     \
                                   std::int32_t bZero, float mb, std::int32_t zeroPoint, T* y, std::int64_t n) {                    \
    addLoop<T, A, B>(a, aStep, aZero, ma, b, bStep, bZero, mb, zeroPoint, y, n);                                                    \
  }

using Unsigned = std::uint8_t;
using Signed = std::int8_t;
EW_FOR_TYPE(Unsigned)
EW_FOR_TYPE(Signed)
EW_FOR_PAIR(Unsigned, Unsigned)
EW_FOR_PAIR(Unsigned, Signed)
EW_FOR_PAIR(Signed, Unsigned)
EW_FOR_PAIR(Signed, Signed)
EW_FOR_TRIPLE(Unsigned, Unsigned, Unsigned)
EW_FOR_TRIPLE(Unsigned, Unsigned, Signed)
EW_FOR_TRIPLE(Unsigned, Signed, Unsigned)
EW_FOR_TRIPLE(Unsigned, Signed, Signed)
EW_FOR_TRIPLE(Signed, Unsigned, Unsigned)
EW_FOR_TRIPLE(Signed, Unsigned, Signed)
EW_FOR_TRIPLE(Signed, Signed, Unsigned)
EW_FOR_TRIPLE(Signed, Signed, Signed)

namespace {

/// Runs of a whole number of pieces, each copied by a few vector moves instead of a call.
template <std::size_t Piece>
EW_ALWAYS void copyPieces(const std::uint8_t* x, std::size_t run, std::uint8_t* y, std::size_t step, std::int64_t rows) {
  for (std::int64_t row = 0; row < rows; ++row, x += run, y += step)
    for (std::size_t i = 0; i < run; i += Piece) __builtin_memcpy(y + i, x + i, Piece);
}

EW_CLONES void copyBy64(const std::uint8_t* x, std::size_t run, std::uint8_t* y, std::size_t step, std::int64_t rows) {
  copyPieces<64>(x, run, y, step, rows);
}

EW_CLONES void copyBy16(const std::uint8_t* x, std::size_t run, std::uint8_t* y, std::size_t step, std::int64_t rows) {
  copyPieces<16>(x, run, y, step, rows);
}

/// Every second element is what pixels next to each other become; the vectorizer knows that step.
template <class T>
EW_ALWAYS void spreadLoop(const std::byte* from, std::int64_t step, std::byte* to, std::int64_t count) {
  const T* x = reinterpret_cast<const T*>(from);
  T* y = reinterpret_cast<T*>(to);
  if (step == 2) {
    for (std::int64_t i = 0; i < count; ++i) y[i] = x[2 * i];
  } else {
    for (std::int64_t i = 0; i < count; ++i) y[i] = x[step * i];
  }
}

EW_CLONES void spread1(const std::byte* x, std::int64_t step, std::byte* y, std::int64_t count) { spreadLoop<std::uint8_t>(x, step, y, count); }
EW_CLONES void spread2(const std::byte* x, std::int64_t step, std::byte* y, std::int64_t count) { spreadLoop<std::uint16_t>(x, step, y, count); }
EW_CLONES void spread4(const std::byte* x, std::int64_t step, std::byte* y, std::int64_t count) { spreadLoop<std::uint32_t>(x, step, y, count); }
EW_CLONES void spread8(const std::byte* x, std::int64_t step, std::byte* y, std::int64_t count) { spreadLoop<std::uint64_t>(x, step, y, count); }

}  // namespace

void copySpread(const std::byte* x, std::int64_t step, std::size_t size, std::byte* y, std::int64_t count) {
  switch (size) {
    case 1: return spread1(x, step, y, count);
    case 2: return spread2(x, step, y, count);
    case 4: return spread4(x, step, y, count);
    default: return spread8(x, step, y, count);
  }
}

void copyRuns(const std::uint8_t* x, std::size_t run, std::uint8_t* y, std::size_t step, std::int64_t rows) {
  constexpr std::size_t longRun = 1024;
  if (run < longRun && run % 64 == 0) return copyBy64(x, run, y, step, rows);
  if (run < longRun && run % 16 == 0) return copyBy16(x, run, y, step, rows);
  for (std::int64_t row = 0; row < rows; ++row, x += run, y += step) std::memcpy(y, x, run);
}

}  // namespace ew::cpu
