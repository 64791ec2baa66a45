// SPDX-License-Identifier: Apache-2.0
#include "core/run/peak_loops.h"

#include <cstring>

#include "core/base/processor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ew {
namespace {

#define EW_INLINE __attribute__((always_inline)) inline

/// Zeros that the compiler cannot know to be equal. Each goes through a variable of its own: an array whose address is
/// taken would not stay in registers.
template <class Vector, std::size_t Count>
EW_INLINE void clear(Vector (&sums)[Count]) {
#pragma GCC unroll 32
  for (std::size_t k = 0; k < Count; ++k) {
    Vector zero = {};
    asm volatile("" : "+m"(zero));
    sums[k] = zero;
  }
}

/// Keeps sums that nobody reads from being optimized away.
template <class Vector, std::size_t Count>
EW_INLINE void keep(const Vector (&sums)[Count]) {
#pragma GCC unroll 32
  for (std::size_t k = 0; k < Count; ++k) {
    Vector sum = sums[k];
    asm volatile("" : "+m"(sum));
  }
}

template <std::size_t Bytes>
struct Floats {
  typedef float Type __attribute__((vector_size(Bytes)));
};

template <std::size_t Bytes>
struct Words {
  typedef std::uint64_t Type __attribute__((vector_size(Bytes), may_alias));
};

/// Enough independent sums to hide the latency of a multiply-add; few enough to stay in registers.
template <std::size_t Bytes, int Sums>
EW_INLINE void multiplyAdd(std::int64_t rounds) {
  using Vector = typename Floats<Bytes>::Type;
  Vector sums[Sums], a = {}, b = {};
  a += 0.999F;
  b += 1e-3F;
  clear(sums);
  for (std::int64_t i = 0; i < rounds; ++i) {
    asm volatile("");
#pragma GCC unroll 32
    for (int k = 0; k < Sums; ++k) sums[k] = sums[k] * a + b;
  }
  keep(sums);
}

template <std::size_t Bytes>
EW_INLINE void read(const std::byte* from, std::size_t bytes) {
  using Vector = typename Words<Bytes>::Type;
  constexpr int sums = 8;
  Vector sum[sums] = {};
  for (std::size_t at = 0; at < bytes; at += sums * Bytes)
#pragma GCC unroll 8
    for (int k = 0; k < sums; ++k) sum[k] ^= *reinterpret_cast<const Vector*>(from + at + static_cast<std::size_t>(k) * Bytes);
  keep(sum);
}

constexpr int narrowSums = 8;
constexpr std::size_t narrowBytes = 16;
void multiplyAddNarrow(std::int64_t rounds) { multiplyAdd<narrowBytes, narrowSums>(rounds); }
void readNarrow(const std::byte* from, std::size_t bytes) { read<narrowBytes>(from, bytes); }

constexpr std::int64_t floatOperations(std::size_t bytes, int sums) { return static_cast<std::int64_t>(bytes / sizeof(float)) * sums * 2; }

#if defined(__x86_64__)

constexpr int sums512 = 20, sums256 = 12;

[[gnu::target("avx512f")]] void multiplyAdd512(std::int64_t rounds) { multiplyAdd<64, sums512>(rounds); }
[[gnu::target("avx2,fma")]] void multiplyAdd256(std::int64_t rounds) { multiplyAdd<32, sums256>(rounds); }
[[gnu::target("avx512f")]] void read512(const std::byte* from, std::size_t bytes) { read<64>(from, bytes); }
[[gnu::target("avx2")]] void read256(const std::byte* from, std::size_t bytes) { read<32>(from, bytes); }

[[gnu::target("avx512f,avx512vnni")]] void bytes512(std::int64_t rounds) {
  __m512i sums[sums512];
  const __m512i a = _mm512_set1_epi8(3), b = _mm512_set1_epi8(-2);
  clear(sums);
  for (std::int64_t i = 0; i < rounds; ++i) {
    asm volatile("");
#pragma GCC unroll 32
    for (__m512i& sum : sums) sum = _mm512_dpbusd_epi32(sum, a, b);
  }
  keep(sums);
}

[[gnu::target("avx2,avxvnni")]] void bytes256(std::int64_t rounds) {
  __m256i sums[sums256];
  const __m256i a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(-2);
  clear(sums);
  for (std::int64_t i = 0; i < rounds; ++i) {
    asm volatile("");
#pragma GCC unroll 32
    for (__m256i& sum : sums) sum = _mm256_dpbusd_avx_epi32(sum, a, b);
  }
  keep(sums);
}

/// Without instructions for it: pairs of bytes to 16 bits, those to 32, and a sum.
[[gnu::target("avx2")]] void bytesInThree(std::int64_t rounds) {
  __m256i sums[sums256];
  __m256i a = _mm256_set1_epi8(3);
  const __m256i b = _mm256_set1_epi8(-2), ones = _mm256_set1_epi16(1);
  clear(sums);
  for (std::int64_t i = 0; i < rounds; ++i) {
    asm volatile("" : "+x"(a));
#pragma GCC unroll 32
    for (__m256i& sum : sums) {
      __m256i pairs = _mm256_maddubs_epi16(a, b);
      asm volatile("" : "+x"(pairs));
      sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
  }
  keep(sums);
}

[[gnu::target("avx512f,avx512bf16")]] void halves512(std::int64_t rounds) {
  __m512 sums[sums512];
  const __m512i ones = _mm512_set1_epi16(0x3F80);
  __m512bh a;
  std::memcpy(&a, &ones, sizeof a);
  clear(sums);
  for (std::int64_t i = 0; i < rounds; ++i) {
    asm volatile("");
#pragma GCC unroll 32
    for (__m512& sum : sums) sum = _mm512_dpbf16_ps(sum, a, a);
  }
  keep(sums);
}

bool hasAmx() {
  unsigned a = 7, b = 0, c = 0, d = 0;
  asm volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  return (d >> 24 & 1U) != 0;
}

constexpr const char* tiles = "not measured: the processor has tiles (AMX), for which there is no loop here";

#endif

}  // namespace

#if defined(__x86_64__)

PeakLoop float32Loop() {
  if (__builtin_cpu_supports("avx512f")) return {multiplyAdd512, floatOperations(64, sums512), "multiply-add in registers, 512 bits"};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {multiplyAdd256, floatOperations(32, sums256), "multiply-add in registers, 256 bits"};
  return {multiplyAddNarrow, floatOperations(narrowBytes, narrowSums), "multiply and add in registers, 128 bits"};
}

PeakLoop bfloat16Loop() {
  if (hasAmx()) return {nullptr, 0, tiles};
  if (__builtin_cpu_supports("avx512bf16")) return {halves512, std::int64_t{sums512} * 64, "vdpbf16ps in registers, 512 bits"};
  return {nullptr, 0, "the processor has no bfloat16 products"};
}

PeakLoop int8Loop() {
  if (hasAmx()) return {nullptr, 0, tiles};
  if (hasAvx512Vnni()) return {bytes512, std::int64_t{sums512} * 128, "vpdpbusd in registers, 512 bits"};
  if (hasAvxVnni()) return {bytes256, std::int64_t{sums256} * 64, "vpdpbusd in registers, 256 bits"};
  if (__builtin_cpu_supports("avx2")) return {bytesInThree, std::int64_t{sums256} * 64, "vpmaddubsw, vpmaddwd and vpaddd in registers, 256 bits"};
  return {nullptr, 0, "not measured: no loop for this processor"};
}

void readAll(const std::byte* from, std::size_t bytes) {
  if (__builtin_cpu_supports("avx512f")) read512(from, bytes);
  else if (__builtin_cpu_supports("avx2")) read256(from, bytes);
  else readNarrow(from, bytes);
}

#else

PeakLoop float32Loop() { return {multiplyAddNarrow, floatOperations(narrowBytes, narrowSums), "multiply-add in registers, 128 bits"}; }
PeakLoop bfloat16Loop() { return {nullptr, 0, "not measured: no loop for this processor"}; }
PeakLoop int8Loop() { return {nullptr, 0, "not measured: no loop for this processor"}; }
void readAll(const std::byte* from, std::size_t bytes) { readNarrow(from, bytes); }

#endif

}  // namespace ew
