// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/integer_tile_sets.h"

#ifdef EW_X86_TILES
#include <immintrin.h>

#include <utility>

namespace ew::cpu {
namespace {

#define EW_TARGET __attribute__((target("avx2,avxvnni")))
#define EW_INLINE EW_TARGET inline __attribute__((always_inline))
#include "accel/cpu/loops/integer_tile_256.inl"

/// 256-bit vectors with dot products of bytes (AVX-VNNI).
struct Vector : Vector256 {
  using Values = __m256i;
  using Weights = __m256i;
  using Flip = __m256i;
  static constexpr int rows[] = {8, 6};  ///< by vectors of a block: what the 16 registers hold

  EW_INLINE static Flip flip(std::uint32_t bits) { return _mm256_set1_epi32(static_cast<int>(bits)); }
  EW_INLINE static Weights weights(const std::int8_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
  EW_INLINE static Values values(const std::uint8_t* from, Flip flip) { return _mm256_xor_si256(four(from), flip); }
  EW_INLINE static Ints dot(Ints acc, Values x, Weights w) { return _mm256_dpbusd_avx_epi32(acc, x, w); }
};

#include "accel/cpu/loops/integer_tile.inl"

}  // namespace

const TileSet& avxVnniTiles() {
  static constexpr TileSet set = makeTiles("vnni256", std::make_integer_sequence<int, 2>());
  return set;
}

}  // namespace ew::cpu
#endif
