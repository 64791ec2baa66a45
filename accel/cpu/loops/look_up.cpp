// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/byte_loops.h"

#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ew::cpu {
namespace {

void scalar(const std::uint8_t* x, std::int64_t run, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y, std::int64_t step,
            std::int64_t rows) {
  for (std::int64_t row = 0; row < rows; ++row, x += run, y += step)
    for (std::int64_t i = 0; i < run; ++i) y[i] = table[x[i] ^ flip];
}

#if defined(__x86_64__)

/// The table in four registers: two permutations of 128 entries each, and the top bit picks between them.
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) void permuted(const std::uint8_t* x, std::int64_t run, const std::uint8_t* table,
                                                                     std::uint8_t flip, std::uint8_t* y, std::int64_t step, std::int64_t rows) {
  const __m512i t0 = _mm512_loadu_si512(table), t1 = _mm512_loadu_si512(table + 64), t2 = _mm512_loadu_si512(table + 128),
                t3 = _mm512_loadu_si512(table + 192), flips = _mm512_set1_epi8(static_cast<char>(flip));
  const __mmask64 last = (__mmask64{1} << run % 64) - 1;
  for (std::int64_t row = 0; row < rows; ++row, x += run, y += step) {
    for (std::int64_t i = 0; i < run; i += 64) {
      const __mmask64 mask = i + 64 <= run ? ~__mmask64{0} : last;
      const __m512i index = _mm512_xor_si512(_mm512_maskz_loadu_epi8(mask, x + i), flips);
      const __m512i low = _mm512_permutex2var_epi8(t0, index, t1), high = _mm512_permutex2var_epi8(t2, index, t3);
      _mm512_mask_storeu_epi8(y + i, mask, _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high));
    }
  }
}

/// Sixteen shuffles of 16 entries each: an index whose upper half is not the row's is pushed out of range, which gives 0.
__attribute__((target("avx2"))) void shuffled(const std::uint8_t* x, std::int64_t run, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y,
                                              std::int64_t step, std::int64_t rows) {
  __m256i entries[16];
  for (int r = 0; r < 16; ++r) entries[r] = _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table + 16 * r)));
  const __m256i flips = _mm256_set1_epi8(static_cast<char>(flip)), out = _mm256_set1_epi8(0x70), sixteen = _mm256_set1_epi8(16);
  for (std::int64_t row = 0; row < rows; ++row, x += run, y += step) {
    std::int64_t i = 0;
    for (; i + 32 <= run; i += 32) {
      __m256i index = _mm256_xor_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x + i)), flips);
      __m256i result = _mm256_setzero_si256();
      for (const __m256i& entry : entries) {
        result = _mm256_or_si256(result, _mm256_shuffle_epi8(entry, _mm256_adds_epu8(index, out)));
        index = _mm256_sub_epi8(index, sixteen);
      }
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(y + i), result);
    }
    for (; i < run; ++i) y[i] = table[x[i] ^ flip];
  }
}

#endif

std::vector<LookUpSet> known() {
  std::vector<LookUpSet> sets;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw")) sets.push_back({"vbmi512", permuted});
  if (__builtin_cpu_supports("avx2")) sets.push_back({"shuffle256", shuffled});
#endif
  sets.push_back({"plain", scalar});
  return sets;
}

}  // namespace

std::span<const LookUpSet> lookUpSets() {
  static const std::vector<LookUpSet> sets = known();
  return sets;
}

void lookUpBytes(const std::uint8_t* x, const std::uint8_t* table, std::uint8_t flip, std::uint8_t* y, std::int64_t n) {
  lookUpSets()[0].run(x, n, table, flip, y, 0, 1);
}

void lookUpRuns(const std::uint8_t* x, std::int64_t run, const std::uint8_t* table, std::uint8_t* y, std::int64_t step, std::int64_t rows) {
  lookUpSets()[0].run(x, run, table, 0, y, step, rows);
}

}  // namespace ew::cpu
