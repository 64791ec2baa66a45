// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/int8_depthwise.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>

namespace ew::cpu {
namespace {

#define EW_TARGET __attribute__((target("avx2,avxvnni")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))
#include "accel/cpu/loops/int8_depthwise_256.inl"

/// 256-bit vectors with dot products of bytes (AVX-VNNI).
struct Vector : Vector256 {
  using Weights = __m256i;
  EW_INLINE static Weights weights(const std::int8_t* from) { return load(from); }
  EW_INLINE static __m256i values(const std::uint8_t* from) { return load(from); }
  EW_INLINE static Ints dot(Ints acc, __m256i x, Weights w) { return _mm256_dpbusd_avx_epi32(acc, x, w); }
};

#include "accel/cpu/loops/int8_depthwise.inl"

}  // namespace

void depthwiseAvxVnni(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below) {
  depthwiseRow(layer, rows, scratch, y, below);
}

}  // namespace ew::cpu
#endif
