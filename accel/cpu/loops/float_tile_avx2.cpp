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

#define EW_TARGET __attribute__((target("avx2,fma")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))

/// 256-bit vectors.
struct Vector {
  using Floats = __m256;
  using Mask = __m256i;
  static constexpr int lanes = 8;
  static constexpr int rows[] = {12, 6, 4, 2};  ///< by vectors of a block: what the 16 registers hold
  static constexpr int depthwiseRows = 8;

  EW_INLINE static Mask maskOf(std::int64_t lanesLeft) {
    const __m256i order = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(lanesLeft < lanes ? lanesLeft : lanes)), order);
  }
  EW_INLINE static Floats all(float v) { return _mm256_set1_ps(v); }
  EW_INLINE static Floats load(const float* from) { return _mm256_loadu_ps(from); }
  EW_INLINE static Floats load(const float* from, Mask mask) { return _mm256_maskload_ps(from, mask); }
  EW_INLINE static void store(float* to, Floats v) { _mm256_storeu_ps(to, v); }
  EW_INLINE static void store(float* to, Mask mask, Floats v) { _mm256_maskstore_ps(to, mask, v); }
  EW_INLINE static Floats add(Floats a, Floats b) { return _mm256_add_ps(a, b); }
  EW_INLINE static Floats sub(Floats a, Floats b) { return _mm256_sub_ps(a, b); }
  EW_INLINE static Floats mul(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
  EW_INLINE static Floats fma(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
  // These give b where one of the two is not a number.
  EW_INLINE static Floats max(Floats a, Floats b) { return _mm256_max_ps(a, b); }
  EW_INLINE static Floats min(Floats a, Floats b) { return _mm256_min_ps(a, b); }
  EW_INLINE static Floats rounded(Floats v) { return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
  /// For powers that a float32's exponent holds.
  EW_INLINE static Floats scaledByPower(Floats v, Floats power) {
    const __m256i bits = _mm256_slli_epi32(_mm256_cvtps_epi32(power), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(v), bits));
  }
  EW_INLINE static Floats reciprocal(Floats v) { return _mm256_div_ps(_mm256_set1_ps(1.0F), v); }
  EW_INLINE static Floats whereNegative(Floats x, Floats then) {
    return _mm256_blendv_ps(x, then, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_LT_OQ));
  }
};

#include "accel/cpu/loops/float_tile.inl"

}  // namespace

const FloatTileSet& avx2FloatTiles() {
  static constexpr FloatTileSet set = makeTiles("avx2", std::make_integer_sequence<int, 4>());
  return set;
}

}  // namespace ew::cpu
#endif
