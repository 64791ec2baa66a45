// SPDX-License-Identifier: Apache-2.0
// What the 256-bit generations have in common; included in front of integer_tile.inl, EW_TARGET and EW_INLINE defined.

struct Vector256 {
  using Ints = __m256i;
  static constexpr int lanes = 8;

  EW_INLINE static Ints load(const std::int32_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
  EW_INLINE static void store(std::int32_t* to, Ints v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v); }
  EW_INLINE static __m256i four(const std::uint8_t* from) {
    std::int32_t four;
    __builtin_memcpy(&four, from, 4);
    return _mm256_set1_epi32(four);
  }

  /// Brings one row of sums to bytes: a float above 2^16 would overflow the conversion, one far below becomes the least
  /// integer, which is as good; 16 bits saturate beyond every byte.
  template <int Vectors>
  struct Finish {
    static_assert(Vectors <= 2);
    __m256 multipliers[Vectors];
    __m256i zeroPoint;
    __m128i flip;
    std::int64_t filters;

    EW_INLINE explicit Finish(const IntegerTile& t) {
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) multipliers[v] = _mm256_loadu_ps(t.multipliers + v * lanes);
      zeroPoint = _mm256_set1_epi16(static_cast<short>(t.zeroPoint));
      flip = _mm_set1_epi32(static_cast<int>(t.flipResult));
      filters = t.filters;
    }
    EW_INLINE __m256i scaled(const Ints* acc, int v) const {
      const __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(acc[v]), multipliers[v]);
      return _mm256_cvtps_epi32(_mm256_min_ps(product, _mm256_set1_ps(65536.0F)));
    }
    EW_INLINE void operator()(const Ints* acc, std::uint8_t* y) const {
      const __m256i first = scaled(acc, 0), second = Vectors == 2 ? scaled(acc, Vectors - 1) : first;
      const __m256i shorts = _mm256_adds_epi16(_mm256_packs_epi32(first, second), zeroPoint);  // filters 0-3, 8-11 | 4-7, 12-15
      const __m256i packed = _mm256_packus_epi16(shorts, shorts);
      const __m128i mixed = _mm_unpacklo_epi32(_mm256_castsi256_si128(packed), _mm256_extracti128_si256(packed, 1));
      const __m128i bytes = _mm_xor_si128(mixed, flip);
      if (filters >= Vectors * lanes) {
        if constexpr (Vectors == 2) _mm_storeu_si128(reinterpret_cast<__m128i*>(y), bytes);
        else _mm_storel_epi64(reinterpret_cast<__m128i*>(y), bytes);
        return;
      }
      alignas(16) std::uint8_t all[16];
      _mm_store_si128(reinterpret_cast<__m128i*>(all), bytes);
      for (std::int64_t i = 0; i < filters; ++i) y[i] = all[i];
    }
  };
};
