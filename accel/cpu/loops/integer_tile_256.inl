// SPDX-License-Identifier: Apache-2.0
// What the 256-bit generations have in common; included in front of integer_tile.inl, EW_TARGET and EW_INLINE defined.

struct Vector256 {
  using Ints = __m256i;
  static constexpr int lanes = 8;

  EW_INLINE static Ints load(const std::int32_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
  EW_INLINE static void store(std::int32_t* to, Ints v) { _mm256_store_si256(reinterpret_cast<__m256i*>(to), v); }
  EW_INLINE static __m256i four(const std::uint8_t* from) {
    std::int32_t four;
    __builtin_memcpy(&four, from, 4);
    return _mm256_set1_epi32(four);
  }

  /// A float above 2^16 would overflow the conversion; one far below becomes the least integer, which is as good.
  EW_INLINE static Ints whole(__m256 v) { return _mm256_cvtps_epi32(_mm256_min_ps(v, _mm256_set1_ps(65536.0F))); }

  struct Float {
    const float* multipliers;

    EW_INLINE explicit Float(const IntegerTile& t) : multipliers(t.multipliers) {}
    EW_INLINE Ints operator()(Ints acc, int v, int) const {
      return whole(_mm256_mul_ps(_mm256_cvtepi32_ps(acc), _mm256_loadu_ps(multipliers + v * lanes)));
    }
  };

  struct Sum {
    const IntegerTile& t;

    EW_INLINE explicit Sum(const IntegerTile& tile) : t(tile) {}
    EW_INLINE Ints operator()(Ints acc, int v, int row) const {
      const IntegerSum& sum = *t.sum;
      const Ints low = _mm256_set1_epi32(-t.zeroPoint), high = _mm256_set1_epi32(255 - t.zeroPoint);
      const Ints result = _mm256_max_epi32(_mm256_min_epi32(Float(t)(acc, v, row), high), low);
      const __m256 left = _mm256_cvtepi32_ps(_mm256_add_epi32(result, _mm256_set1_epi32(t.zeroPoint - sum.resultZero)));
      const std::uint8_t* from = t.other + row * t.yStep + v * lanes;
      std::uint8_t few[lanes] = {};
      if (t.filters - v * lanes < lanes) {
        for (std::int64_t i = 0; i < t.filters - v * lanes; ++i) few[i] = from[i];
        from = few;
      }
      const __m128i bytes = _mm_xor_si128(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)), _mm_set1_epi32(static_cast<int>(sum.flipOther)));
      const __m256 right = _mm256_cvtepi32_ps(_mm256_sub_epi32(_mm256_cvtepu8_epi32(bytes), _mm256_set1_epi32(sum.otherZero)));
      return whole(_mm256_add_ps(_mm256_mul_ps(left, _mm256_set1_ps(sum.resultMultiplier)), _mm256_mul_ps(right, _mm256_set1_ps(sum.otherMultiplier))));
    }
  };

  /// Products of 64 bits, those of even and odd lanes apart.
  struct Fixed {
    const IntegerTile& t;

    EW_INLINE explicit Fixed(const IntegerTile& tile) : t(tile) {}
    EW_INLINE static __m256i shifted(__m256i product, __m256i shift) {
      const __m256i one = _mm256_set1_epi64x(1), half = _mm256_sllv_epi64(one, _mm256_sub_epi64(shift, one));
      const __m256i sign = _mm256_slli_epi64(one, 63), most = _mm256_set1_epi64x(65536), least = _mm256_set1_epi64x(-65536);
      // There is no arithmetic shift of 64 bits: the sign is put on top of the logical one's range and taken off again.
      __m256i value = _mm256_xor_si256(_mm256_add_epi64(product, half), sign);
      value = _mm256_sub_epi64(_mm256_srlv_epi64(value, shift), _mm256_srlv_epi64(sign, shift));
      value = _mm256_blendv_epi8(value, most, _mm256_cmpgt_epi64(value, most));
      return _mm256_blendv_epi8(value, least, _mm256_cmpgt_epi64(least, value));
    }
    EW_INLINE Ints operator()(Ints acc, int v, int) const {
      const Ints factors = load(t.fixed + v * lanes), shifts = load(t.shifts + v * lanes);
      const __m256i even = shifted(_mm256_mul_epi32(acc, factors), _mm256_and_si256(shifts, _mm256_set1_epi64x(63)));
      const __m256i odd = shifted(_mm256_mul_epi32(_mm256_srli_epi64(acc, 32), _mm256_srli_epi64(factors, 32)), _mm256_srli_epi64(shifts, 32));
      return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
    }
  };

  /// 16 bits saturate beyond every byte.
  template <int Vectors>
  struct Bytes {
    static_assert(Vectors <= 2);
    __m256i zeroPoint;
    __m128i flip;
    std::int64_t filters;

    EW_INLINE explicit Bytes(const IntegerTile& t) {
      zeroPoint = _mm256_set1_epi16(static_cast<short>(t.sum != nullptr ? t.sum->zeroPoint : t.zeroPoint));
      flip = _mm_set1_epi32(static_cast<int>(t.flipResult));
      filters = t.filters;
    }
    EW_INLINE void write(const Ints (&whole)[Vectors], std::uint8_t* y) const {
      const __m256i shorts = _mm256_adds_epi16(_mm256_packs_epi32(whole[0], whole[Vectors - 1]), zeroPoint);  // 0-3, 8-11 | 4-7, 12-15
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
