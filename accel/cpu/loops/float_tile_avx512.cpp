// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/float_tile_sets.h"

#ifdef EW_X86_FLOAT_TILES
#include <immintrin.h>

#include <utility>

// The compiler's own headers start from undefined vectors.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

namespace ew::cpu {
namespace {

#define EW_TARGET __attribute__((target("avx512f,avx512dq")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))

/// 512-bit vectors.
struct Vector {
  using Floats = __m512;
  using Mask = __mmask16;
  static constexpr int lanes = 16;
  static constexpr int rows[] = {24, 14, 9, 6};  ///< by vectors of a block: what the 32 registers hold
  static constexpr int depthwiseRows = 12;

  EW_INLINE static Mask maskOf(std::int64_t lanesLeft) { return lanesLeft >= lanes ? Mask(0xFFFF) : Mask((1U << (lanesLeft < 0 ? 0 : lanesLeft)) - 1); }
  EW_INLINE static Floats all(float v) { return _mm512_set1_ps(v); }
  EW_INLINE static Floats load(const float* from) { return _mm512_loadu_ps(from); }
  EW_INLINE static Floats load(const float* from, Mask mask) { return _mm512_maskz_loadu_ps(mask, from); }
  EW_INLINE static void store(float* to, Floats v) { _mm512_storeu_ps(to, v); }
  EW_INLINE static void store(float* to, Mask mask, Floats v) { _mm512_mask_storeu_ps(to, mask, v); }
  EW_INLINE static Floats add(Floats a, Floats b) { return _mm512_add_ps(a, b); }
  EW_INLINE static Floats sub(Floats a, Floats b) { return _mm512_sub_ps(a, b); }
  EW_INLINE static Floats mul(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
  EW_INLINE static Floats fma(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
  // These give b where one of the two is not a number.
  EW_INLINE static Floats max(Floats a, Floats b) { return _mm512_max_ps(a, b); }
  EW_INLINE static Floats min(Floats a, Floats b) { return _mm512_min_ps(a, b); }
  EW_INLINE static Floats rounded(Floats v) { return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  EW_INLINE static Floats scaledByPower(Floats v, Floats power) { return _mm512_scalef_ps(v, power); }
  EW_INLINE static Floats reciprocal(Floats v) {
    const __m512 near = _mm512_rcp14_ps(v);
    return _mm512_mul_ps(near, _mm512_fnmadd_ps(v, near, _mm512_set1_ps(2.0F)));
  }
  EW_INLINE static Floats whereNegative(Floats x, Floats then) {
    return _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask(x, _mm512_setzero_ps(), _CMP_LT_OQ), then);
  }
};

#include "accel/cpu/loops/float_tile.inl"

}  // namespace

const FloatTileSet& avx512FloatTiles() {
  static constexpr FloatTileSet set = makeTiles("avx512", std::make_integer_sequence<int, 4>());
  return set;
}

}  // namespace ew::cpu
#endif
