// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/byte_loops.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ew::cpu {
namespace {

using Loop = void (*)(const std::uint8_t*, const std::uint8_t*, std::uint8_t, std::uint8_t*, std::int64_t);

void scalar(const std::uint8_t* x, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = table[x[i] ^ flip];
}

#if defined(__x86_64__)

/// The table in four registers: two permutations of 128 entries each, and the top bit picks between them.
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) void permuted(const std::uint8_t* x, const std::uint8_t* table, std::uint8_t flip,
                                                                     std::uint8_t* y, std::int64_t n) {
  const __m512i t0 = _mm512_loadu_si512(table), t1 = _mm512_loadu_si512(table + 64), t2 = _mm512_loadu_si512(table + 128),
                t3 = _mm512_loadu_si512(table + 192), flips = _mm512_set1_epi8(static_cast<char>(flip));
  std::int64_t i = 0;
  for (; i + 64 <= n; i += 64) {
    const __m512i index = _mm512_xor_si512(_mm512_loadu_si512(x + i), flips);
    const __m512i low = _mm512_permutex2var_epi8(t0, index, t1), high = _mm512_permutex2var_epi8(t2, index, t3);
    _mm512_storeu_si512(y + i, _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high));
  }
  scalar(x + i, table, flip, y + i, n - i);
}

/// Sixteen shuffles of 16 entries each: an index whose upper half is not the row's is pushed out of range, which gives 0.
__attribute__((target("avx2"))) void shuffled(const std::uint8_t* x, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y, std::int64_t n) {
  __m256i rows[16];
  for (int r = 0; r < 16; ++r) rows[r] = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table + 16 * r)));
  const __m256i flips = _mm256_set1_epi8(static_cast<char>(flip)), out = _mm256_set1_epi8(0x70), sixteen = _mm256_set1_epi8(16);
  std::int64_t i = 0;
  for (; i + 32 <= n; i += 32) {
    __m256i index = _mm256_xor_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x + i)), flips);
    __m256i result = _mm256_setzero_si256();
    for (const __m256i& row : rows) {
      result = _mm256_or_si256(result, _mm256_shuffle_epi8(row, _mm256_adds_epu8(index, out)));
      index = _mm256_sub_epi8(index, sixteen);
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(y + i), result);
  }
  scalar(x + i, table, flip, y + i, n - i);
}

#endif

Loop best() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw")) return permuted;
  if (__builtin_cpu_supports("avx2")) return shuffled;
#endif
  return scalar;
}

}  // namespace

void lookUpBytes(const std::uint8_t* x, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y, std::int64_t n) {
  static const Loop loop = best();
  loop(x, table, flip, y, n);
}

}  // namespace ew::cpu
