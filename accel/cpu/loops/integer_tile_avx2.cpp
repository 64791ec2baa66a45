// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/integer_tile_sets.h"

#ifdef EW_X86_TILES
#include <immintrin.h>

#include <utility>

namespace ew::cpu {
namespace {

#define EW_TARGET __attribute__((target("avx2")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))
#include "accel/cpu/loops/integer_tile_256.inl"

/// 256-bit vectors without dot products of bytes: even and odd bytes pass as pairs of 16 bits, since the instruction for
/// bytes (vpmaddubsw) saturates.
struct Vector : Vector256 {
  struct Pairs { __m256i even, odd; };
  using Values = Pairs;
  using Weights = Pairs;
  using Flip = __m256i;
  static constexpr int rows[] = {6, 4};  ///< by vectors of a block: what the 16 registers hold

  EW_INLINE static Flip flip(std::uint32_t bits) { return _mm256_set1_epi32(static_cast<int>(bits)); }
  EW_INLINE static Weights weights(const std::int8_t* from) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return {_mm256_srai_epi16(_mm256_slli_epi16(bytes, 8), 8), _mm256_srai_epi16(bytes, 8)};
  }
  EW_INLINE static Values values(const std::uint8_t* from, Flip flip) {
    const __m256i bytes = _mm256_xor_si256(four(from), flip);
    return {_mm256_and_si256(bytes, _mm256_set1_epi16(255)), _mm256_srli_epi16(bytes, 8)};
  }
  EW_INLINE static Ints dot(Ints acc, const Values& x, const Weights& w) {
    return _mm256_add_epi32(_mm256_add_epi32(acc, _mm256_madd_epi16(x.even, w.even)), _mm256_madd_epi16(x.odd, w.odd));
  }
};

#include "accel/cpu/loops/integer_tile.inl"

}  // namespace

const TileSet& avx2Tiles() {
  static constexpr TileSet set = makeTiles("int16x256", std::make_integer_sequence<int, 2>());
  return set;
}

}  // namespace ew::cpu
#endif
