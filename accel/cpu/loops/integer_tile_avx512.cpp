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
  EW_INLINE static void store(std::int32_t* to, Ints v) { _mm512_store_si512(to, v); }
  EW_INLINE static Flip flip(std::uint32_t bits) { return _mm512_set1_epi32(static_cast<int>(bits)); }
  EW_INLINE static Weights weights(const std::int8_t* from) { return _mm512_loadu_si512(from); }
  EW_INLINE static Values values(const std::uint8_t* from, Flip flip) {
    std::int32_t four;
    __builtin_memcpy(&four, from, 4);
    return _mm512_xor_si512(_mm512_set1_epi32(four), flip);
  }
  EW_INLINE static Ints dot(Ints acc, Values x, Weights w) { return _mm512_dpbusd_epi32(acc, x, w); }

  /// A float above 2^16 would overflow the conversion; one far below becomes the least integer, which is as good.
  EW_INLINE static Ints whole(__m512 v) { return _mm512_cvtps_epi32(_mm512_min_ps(v, _mm512_set1_ps(65536.0F))); }

  struct Float {
    const float* multipliers;

    EW_INLINE explicit Float(const IntegerTile& t) : multipliers(t.multipliers) {}
    EW_INLINE Ints operator()(Ints acc, int v, int) const {
      return whole(_mm512_mul_ps(_mm512_cvtepi32_ps(acc), _mm512_loadu_ps(multipliers + v * lanes)));
    }
  };

  struct Sum {
    const IntegerTile& t;
    __m512 resultMultiplier, otherMultiplier, low, high, shift;
    __m512i otherZero;
    __m128i flip;

    EW_INLINE explicit Sum(const IntegerTile& tile) : t(tile) {
      resultMultiplier = _mm512_set1_ps(t.sum->resultMultiplier);
      otherMultiplier = _mm512_set1_ps(t.sum->otherMultiplier);
      low = _mm512_set1_ps(static_cast<float>(-t.zeroPoint));
      high = _mm512_set1_ps(static_cast<float>(255 - t.zeroPoint));
      shift = _mm512_set1_ps(static_cast<float>(t.zeroPoint - t.sum->resultZero));
      otherZero = _mm512_set1_epi32(t.sum->otherZero);
      flip = _mm_set1_epi32(static_cast<int>(t.sum->flipOther));
    }
    EW_INLINE __m512i otherBytes(int v, int row) const {
      const std::uint8_t* from = t.other + row * t.yStep + v * lanes;
      const std::int64_t left = t.filters - v * lanes;
      const __m128i bytes = left >= lanes ? _mm_loadu_si128(reinterpret_cast<const __m128i*>(from))
                                          : _mm_maskz_loadu_epi8(static_cast<__mmask16>((1U << (left < 0 ? 0 : left)) - 1U), from);
      return _mm512_sub_epi32(_mm512_cvtepu8_epi32(_mm_xor_si128(bytes, flip)), otherZero);
    }
    /// The result saturates as a float, between whole numbers, and is rounded then: that is the same.
    EW_INLINE Ints operator()(Ints acc, int v, int row) const {
      const __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(acc), _mm512_loadu_ps(t.multipliers + v * lanes));
      const __m512 result = _mm512_roundscale_ps(_mm512_max_ps(_mm512_min_ps(product, high), low), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
      return _mm512_cvtps_epi32(_mm512_add_ps(_mm512_mul_ps(_mm512_add_ps(result, shift), resultMultiplier),
                                              _mm512_mul_ps(_mm512_cvtepi32_ps(otherBytes(v, row)), otherMultiplier)));
    }
  };

  /// Products of 64 bits, those of even and odd lanes apart.
  struct Fixed {
    const IntegerTile& t;

    EW_INLINE explicit Fixed(const IntegerTile& tile) : t(tile) {}
    EW_INLINE static __m512i shifted(__m512i product, __m512i shift) {
      const __m512i one = _mm512_set1_epi64(1), half = _mm512_sllv_epi64(one, _mm512_sub_epi64(shift, one));
      const __m512i value = _mm512_srav_epi64(_mm512_add_epi64(product, half), shift);
      return _mm512_max_epi64(_mm512_min_epi64(value, _mm512_set1_epi64(65536)), _mm512_set1_epi64(-65536));
    }
    EW_INLINE Ints operator()(Ints acc, int v, int) const {
      const Ints factors = load(t.fixed + v * lanes), shifts = load(t.shifts + v * lanes);
      const __m512i even = shifted(_mm512_mul_epi32(acc, factors), _mm512_and_si512(shifts, _mm512_set1_epi64(63)));
      const __m512i odd = shifted(_mm512_mul_epi32(_mm512_srli_epi64(acc, 32), _mm512_srli_epi64(factors, 32)), _mm512_srli_epi64(shifts, 32));
      return _mm512_mask_mov_epi32(even, 0xAAAA, _mm512_slli_epi64(odd, 32));
    }
  };

  /// 16 bits saturate beyond every byte.
  template <int Vectors>
  struct Bytes {
    __m512i zeroPoint, flip, order;
    __mmask64 mask;

    EW_INLINE explicit Bytes(const IntegerTile& t) {
      zeroPoint = _mm512_set1_epi16(static_cast<short>(t.sum != nullptr ? t.sum->zeroPoint : t.zeroPoint));
      flip = _mm512_set1_epi32(static_cast<int>(t.flipResult));
      order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
      mask = t.filters >= 64 ? ~__mmask64{0} : (__mmask64{1} << t.filters) - 1;
    }
    EW_INLINE void write(const Ints (&whole)[Vectors], std::uint8_t* y) const {
      __m512i all[4];
#pragma GCC unroll 16
      for (int v = 0; v < 4; ++v) all[v] = v < Vectors ? whole[v < Vectors ? v : 0] : _mm512_setzero_si512();
      const __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(all[0], all[1]), zeroPoint);
      const __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(all[2], all[3]), zeroPoint);
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
