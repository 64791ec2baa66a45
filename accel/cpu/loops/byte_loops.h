// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "accel/cpu/loops/byte_vectors.h"
#include "core/ops/requantize.h"

namespace ew::cpu {

template <class T>
ByteMapping byteMapping(std::int32_t zeroPoint) {
  constexpr bool isSigned = std::is_signed_v<T>;
  return {isSigned ? std::uint8_t{0x80} : std::uint8_t{0}, zeroPoint + (isSigned ? 128 : 0)};
}

// Loops over 8-bit elements; T is std::uint8_t or std::int8_t. Each gives exactly the bytes of core/ops/requantize.h, for
// finite multipliers below 1e30. Zero points are those of T.

/// y[i] = requantizeFloat(acc[i], multiplier, zeroPoint)
template <class T>
void requantizeAll(const std::int32_t* acc, float multiplier, std::int32_t zeroPoint, T* y, std::int64_t n);

/// y[i] = addQuantizedFloat(a[i * aStep] - aZero, ma, b[i * bStep] - bZero, mb, zeroPoint), steps 0 or 1
template <class T, class A, class B>
void addBytes(const A* a, std::int64_t aStep, std::int32_t aZero, float ma, const B* b, std::int64_t bStep, std::int32_t bZero, float mb,
              std::int32_t zeroPoint, T* y, std::int64_t n);
/// acc[i] = (a[i * aStep] - aZero) * (b[i * bStep] - bZero), steps 0 or 1
template <class A, class B>
void multiplyBytes(const A* a, std::int64_t aStep, std::int32_t aZero, const B* b, std::int64_t bStep, std::int32_t bZero, std::int32_t* acc,
                   std::int64_t n);

/// acc[i] += x[i]
template <class T>
void sumBytes(const T* x, std::int32_t* acc, std::int64_t n);

/// y[i] = quantizeValue(x[i], scale, zeroPoint)
template <class T>
void quantizeFloats(const float* x, float scale, std::int32_t zeroPoint, T* y, std::int64_t n);
/// y[i] = dequantizeValue(x[i], scale, zeroPoint)
template <class T>
void dequantizeBytes(const T* x, float scale, std::int32_t zeroPoint, float* y, std::int64_t n);

/// addBytes() with steps of 1, and quantizeFloats(), by the widest vectors that this processor has.
template <class T, class A, class B>
void addAllBytes(const A* a, std::int32_t aZero, float ma, const B* b, std::int32_t bZero, float mb, std::int32_t zeroPoint, T* y, std::int64_t n) {
  if (!hasByteVectors()) return addBytes(a, 1, aZero, ma, b, 1, bZero, mb, zeroPoint, y, n);
  addVectors(reinterpret_cast<const std::uint8_t*>(a), byteMapping<A>(aZero), ma, reinterpret_cast<const std::uint8_t*>(b), byteMapping<B>(bZero), mb,
             byteMapping<T>(zeroPoint), reinterpret_cast<std::uint8_t*>(y), n);
}
template <class T>
void quantizeAllFloats(const float* x, float scale, std::int32_t zeroPoint, T* y, std::int64_t n) {
  if (hasByteVectors() && quantizeVectors(x, scale, byteMapping<T>(zeroPoint), reinterpret_cast<std::uint8_t*>(y), n)) return;
  quantizeFloats(x, scale, zeroPoint, y, n);
}

/// Copies `rows` runs of `run` bytes that lie together at x to places `step` bytes apart.
void copyRuns(const std::uint8_t* x, std::size_t run, std::uint8_t* y, std::size_t step, std::int64_t rows);

/// Copies `count` elements of `size` bytes (1, 2, 4 or 8) that lie `step` elements apart at x to where they lie together.
void copySpread(const std::byte* x, std::int64_t step, std::size_t size, std::byte* y, std::int64_t count);

/// Looks up `rows` runs of `run` bytes that lie together at x, xored with `flip`, for places `step` bytes apart.
struct LookUpSet {
  const char* name = "";
  void (*run)(const std::uint8_t* x, std::int64_t run, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y, std::int64_t step,
              std::int64_t rows) = nullptr;
};
/// Those that this processor can run, the fastest first.
std::span<const LookUpSet> lookUpSets();

/// y[i] = table[x[i]], x and y as bare bytes; `flip` is xored to x first (0x80 where the table starts at -128).
void lookUpBytes(const std::uint8_t* x, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y, std::int64_t n);
/// The same for `rows` runs of `run` bytes that lie together at x and go to places `step` bytes apart.
void lookUpRuns(const std::uint8_t* x, std::int64_t run, const std::uint8_t* table, std::uint8_t* y, std::int64_t step, std::int64_t rows);

}  // namespace ew::cpu
