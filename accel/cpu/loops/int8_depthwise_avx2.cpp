// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/int8_depthwise.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>

namespace ew::cpu {
namespace {

#define EW_TARGET __attribute__((target("avx2")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))
#include "accel/cpu/loops/int8_depthwise_256.inl"

/// 256-bit vectors without dot products of bytes: even and odd bytes pass as pairs of 16 bits, since the instruction for
/// bytes (vpmaddubsw) saturates.
struct Vector : Vector256 {
  struct Pairs { __m256i even, odd; };
  using Weights = Pairs;
  EW_INLINE static Weights weights(const std::int8_t* from) {
    const __m256i bytes = load(from);
    return {_mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8), _mm256_srai_epi16(bytes, 8)};
  }
  EW_INLINE static Pairs values(const std::uint8_t* from) {
    const __m256i bytes = load(from);
    return {_mm256_and_si256(bytes, _mm256_set1_epi16(255)), _mm256_srli_epi16(bytes, 8)};
  }
  EW_INLINE static Ints dot(Ints acc, const Pairs& x, const Weights& w) {
    return _mm256_add_epi32(_mm256_add_epi32(acc, _mm256_madd_epi16(x.even, w.even)), _mm256_madd_epi16(x.odd, w.odd));
  }
};

#include "accel/cpu/loops/int8_depthwise.inl"

}  // namespace

void depthwiseAvx2(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below) {
  depthwiseRow(layer, rows, scratch, y, below);
}

}  // namespace ew::cpu
#endif
