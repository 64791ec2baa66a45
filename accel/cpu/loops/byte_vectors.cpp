// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/byte_vectors.h"

#include <cmath>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

// The compiler's own headers start from undefined vectors.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

#define EW_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))

namespace ew::cpu {
namespace {

constexpr std::int64_t lanes = 16, group = 64;

__mmask64 firstBytes(std::int64_t count) { return count >= group ? ~__mmask64{0} : (__mmask64{1} << count) - 1; }

EW_INLINE __mmask16 part(__mmask64 mask, int v) { return static_cast<__mmask16>(mask >> (v * lanes)); }

/// Four vectors of steps as 64 bytes: 16 bits saturate beyond every byte.
EW_INLINE void storeBytes(const __m512i* steps, __m512i zero, __m512i flip, std::uint8_t* y, __mmask64 mask) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(steps[0], steps[1]), zero);
  const __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(steps[2], steps[3]), zero);
  _mm512_mask_storeu_epi8(y, mask, _mm512_xor_si512(_mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high)), flip));
}

EW_INLINE __m512 limited(__m512 v) { return _mm512_min_ps(_mm512_max_ps(v, _mm512_set1_ps(-1024.0F)), _mm512_set1_ps(1024.0F)); }

/// Sixteen quotients rounded, NaN as 0. Beyond +-1024 every zero point leads to saturation. Up to there the product is
/// within 0.0002 of the quotient.
EW_INLINE __m512i quantized(__m512 x, __m512 scale, __m512 reciprocal) {
  constexpr int nearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  const __mmask16 number = _mm512_cmp_ps_mask(x, x, _CMP_ORD_Q);
  const __m512 product = limited(_mm512_maskz_mul_ps(number, x, reciprocal));
  const __m512 rounded = _mm512_roundscale_ps(product, nearest);
  const __m512 distance = _mm512_abs_ps(_mm512_sub_ps(product, rounded));
  if (_mm512_cmp_ps_mask(distance, _mm512_set1_ps(0.499F), _CMP_GT_OQ) == 0) return _mm512_cvtps_epi32(rounded);
  return _mm512_cvtps_epi32(limited(_mm512_maskz_div_ps(number, x, scale)));
}

/// Sixteen bytes without their zero point, times the multiplier.
EW_INLINE __m512 term(const std::uint8_t* x, __mmask16 mask, __m128i flip, __m512i zero, __m512 multiplier) {
  const __m128i bytes = _mm_xor_si128(_mm_maskz_loadu_epi8(mask, x), flip);
  return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_sub_epi32(_mm512_cvtepu8_epi32(bytes), zero)), multiplier);
}

}  // namespace

bool hasByteVectors() {
  static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq");
  return has;
}

EW_TARGET bool quantizeVectors(const float* x, float scale, ByteMapping to, std::uint8_t* y, std::int64_t n) {
  const float reciprocal = 1.0F / scale;
  if (!std::isnormal(reciprocal) || !std::isnormal(scale)) return false;
  const __m512 scales = _mm512_set1_ps(scale), reciprocals = _mm512_set1_ps(reciprocal);
  const __m512i zero = _mm512_set1_epi16(static_cast<short>(to.zero)), flip = _mm512_set1_epi8(static_cast<char>(to.flip));
  for (std::int64_t i = 0; i < n; i += group) {
    const __mmask64 mask = firstBytes(n - i);
    __m512i steps[4];
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) steps[v] = quantized(_mm512_maskz_loadu_ps(part(mask, v), x + i + v * lanes), scales, reciprocals);
    storeBytes(steps, zero, flip, y + i, mask);
  }
  return true;
}

EW_TARGET void addVectors(const std::uint8_t* a, ByteMapping aMapping, float ma, const std::uint8_t* b, ByteMapping bMapping, float mb,
                          ByteMapping to, std::uint8_t* y, std::int64_t n) {
  const __m512i zero = _mm512_set1_epi16(static_cast<short>(to.zero)), flip = _mm512_set1_epi8(static_cast<char>(to.flip));
  const __m512i aZero = _mm512_set1_epi32(aMapping.zero), bZero = _mm512_set1_epi32(bMapping.zero);
  const __m128i aFlip = _mm_set1_epi8(static_cast<char>(aMapping.flip)), bFlip = _mm_set1_epi8(static_cast<char>(bMapping.flip));
  const __m512 aMultiplier = _mm512_set1_ps(ma), bMultiplier = _mm512_set1_ps(mb);
  for (std::int64_t i = 0; i < n; i += group) {
    const __mmask64 mask = firstBytes(n - i);
    __m512i steps[4];
#pragma GCC unroll 4
    for (int v = 0; v < 4; ++v) {
      const __mmask16 some = part(mask, v);
      const __m512 sum = _mm512_add_ps(term(a + i + v * lanes, some, aFlip, aZero, aMultiplier), term(b + i + v * lanes, some, bFlip, bZero, bMultiplier));
      steps[v] = _mm512_cvtps_epi32(_mm512_min_ps(sum, _mm512_set1_ps(65536.0F)));  // far below becomes the least integer, which is as good
    }
    storeBytes(steps, zero, flip, y + i, mask);
  }
}

}  // namespace ew::cpu
#else
namespace ew::cpu {

bool hasByteVectors() { return false; }
bool quantizeVectors(const float*, float, ByteMapping, std::uint8_t*, std::int64_t) { return false; }
void addVectors(const std::uint8_t*, ByteMapping, float, const std::uint8_t*, ByteMapping, float, ByteMapping, std::uint8_t*, std::int64_t) {}

}  // namespace ew::cpu
#endif
