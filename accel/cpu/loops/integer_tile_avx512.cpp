// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/integer_tile_sets.h"

#ifdef EW_X86_TILES
#include <immintrin.h>

#include <utility>

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
  using Values = __m512i;
  using Weights = __m512i;
  using Flip = __m512i;
  static constexpr int lanes = 16;
  static constexpr int rows[] = {14, 12, 8, 6};  ///< by vectors of a block: what the 32 registers hold

  EW_INLINE static Ints load(const std::int32_t* from) { return _mm512_loadu_si512(from); }
  EW_INLINE static void store(std::int32_t* to, Ints v) { _mm512_storeu_si512(to, v); }
  EW_INLINE static Flip flip(std::uint32_t bits) { return _mm512_set1_epi32(static_cast<int>(bits)); }
  EW_INLINE static Weights weights(const std::int8_t* from) { return _mm512_loadu_si512(from); }
  EW_INLINE static Values values(const std::uint8_t* from, Flip flip) {
    std::int32_t four;
    __builtin_memcpy(&four, from, 4);
    return _mm512_xor_si512(_mm512_set1_epi32(four), flip);
  }
  EW_INLINE static Ints dot(Ints acc, Values x, Weights w) { return _mm512_dpbusd_epi32(acc, x, w); }

  /// Brings one row of sums to bytes: a float above 2^16 would overflow the conversion, one far below becomes the least
  /// integer, which is as good; 16 bits saturate beyond every byte.
  template <int Vectors>
  struct Finish {
    __m512 multipliers[Vectors];
    __m512i zeroPoint, flip, order;
    __mmask64 mask;

    EW_INLINE explicit Finish(const IntegerTile& t) {
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) multipliers[v] = _mm512_loadu_ps(t.multipliers + v * lanes);
      zeroPoint = _mm512_set1_epi16(static_cast<short>(t.zeroPoint));
      flip = _mm512_set1_epi32(static_cast<int>(t.flipResult));
      order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
      mask = t.filters >= 64 ? ~__mmask64{0} : (__mmask64{1} << t.filters) - 1;
    }
    EW_INLINE __m512i scaled(const Ints* acc, int v) const {
      const __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(acc[v]), multipliers[v]);
      return _mm512_cvtps_epi32(_mm512_min_ps(product, _mm512_set1_ps(65536.0F)));
    }
    EW_INLINE void operator()(const Ints* acc, std::uint8_t* y) const {
      __m512i whole[4];
#pragma GCC unroll 16
      for (int v = 0; v < 4; ++v) whole[v] = v < Vectors ? scaled(acc, v < Vectors ? v : 0) : _mm512_setzero_si512();
      const __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(whole[0], whole[1]), zeroPoint);
      const __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(whole[2], whole[3]), zeroPoint);
      const __m512i bytes = _mm512_permutexvar_epi32(order, _mm512_packus_epi16(low, high));
      _mm512_mask_storeu_epi8(y, mask, _mm512_xor_si512(bytes, flip));
    }
  };
};

#include "accel/cpu/loops/integer_tile.inl"

}  // namespace

const TileSet& avx512Tiles() {
  static constexpr TileSet set = makeTiles("vnni512", std::make_integer_sequence<int, 4>());
  return set;
}

}  // namespace ew::cpu
#endif
