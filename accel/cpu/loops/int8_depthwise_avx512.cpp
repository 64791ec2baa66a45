// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/int8_depthwise.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#include <algorithm>
#include <cstring>

// The compiler's own headers start from undefined vectors.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

namespace ew::cpu {
namespace {

#define EW_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))

/// 512-bit vectors with dot products of bytes (AVX512-VNNI).
struct Vector {
  using Ints = __m512i;
  using Weights = __m512i;
  static constexpr int lanes = 16;

  EW_INLINE static Weights weights(const std::int8_t* from) { return _mm512_loadu_si512(from); }
  EW_INLINE static __m512i values(const std::uint8_t* from) { return _mm512_loadu_si512(from); }
  EW_INLINE static Ints dot(Ints acc, __m512i x, Weights w) { return _mm512_dpbusd_epi32(acc, x, w); }

  /// Row r comes into 128 bits r; then quads of the rows change places, then the bytes of 4 x 4.
  struct Mixer {
    __m512i flip, quads, bytes;

    EW_INLINE explicit Mixer(std::uint8_t flipped) {
      flip = _mm512_set1_epi8(static_cast<char>(flipped));
      quads = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
      bytes = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    }
    template <int Rows>
    EW_INLINE void interleave(const std::uint8_t* const* from, std::uint8_t* to) const {
      const auto row = [&](int r) EW_TARGET { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from[r])); };
      __m512i all = _mm512_castsi128_si512(row(0));
      if constexpr (Rows > 1) all = _mm512_mask_broadcast_i32x4(all, 0x00F0, row(1));
      if constexpr (Rows > 2) all = _mm512_mask_broadcast_i32x4(all, 0x0F00, row(2));
      if constexpr (Rows > 3) all = _mm512_mask_broadcast_i32x4(all, 0xF000, row(3));
      all = _mm512_xor_si512(all, flip);
      _mm512_storeu_si512(to, _mm512_shuffle_epi8(_mm512_permutexvar_epi32(quads, all), bytes));
    }
  };

  /// Brings sums to bytes: a float above 2^16 would overflow the conversion, one far below becomes the least integer, which
  /// is as good; 16 bits saturate beyond every byte.
  struct Finish {
    const std::int32_t* starts;
    const float* multipliers;
    __m512i zeroPoint, flip, order;

    EW_INLINE Finish(const DepthwiseLayer& l, const std::int32_t* s, const float* m) : starts(s), multipliers(m) {
      zeroPoint = _mm512_set1_epi16(l.zeroPoint);
      flip = _mm512_set1_epi8(static_cast<char>(l.flipResult));
      order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    }
    EW_INLINE Ints start(int v) const { return _mm512_loadu_si512(starts + v * lanes); }
    EW_INLINE __m512i scaled(Ints acc, int v) const {
      const __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(acc), _mm512_loadu_ps(multipliers + v * lanes));
      return _mm512_cvtps_epi32(_mm512_min_ps(product, _mm512_set1_ps(65536.0F)));
    }
    EW_INLINE __m512i bytes(const Ints* acc) const {
      const __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(scaled(acc[0], 0), scaled(acc[1], 1)), zeroPoint);
      const __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(scaled(acc[2], 2), scaled(acc[3], 3)), zeroPoint);
      return _mm512_xor_si512(_mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high)), flip);
    }
    EW_INLINE void operator()(const Ints* acc, std::uint8_t* y) const { _mm512_storeu_si512(y, bytes(acc)); }
    EW_INLINE void part(const Ints* acc, std::uint8_t* y, std::int64_t count) const {
      _mm512_mask_storeu_epi8(y, (__mmask64{1} << count) - 1, bytes(acc));
    }
  };
};

#include "accel/cpu/loops/int8_depthwise.inl"

}  // namespace

void depthwiseAvx512(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below) {
  depthwiseRow(layer, rows, scratch, y, below);
}

}  // namespace ew::cpu
#endif
