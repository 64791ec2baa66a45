// SPDX-License-Identifier: Apache-2.0
// What the 256-bit generations have in common; included in front of int8_depthwise.inl, EW_TARGET and EW_INLINE defined.

struct Vector256 {
  using Ints = __m256i;
  static constexpr int lanes = 8;

  EW_INLINE static __m256i load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }

  struct Mixer {
    __m128i flip;

    EW_INLINE explicit Mixer(std::uint8_t flipped) { flip = _mm_set1_epi8(static_cast<char>(flipped)); }
    template <int Rows>
    EW_INLINE void interleave(const std::uint8_t* const* from, std::uint8_t* to) const {
      __m128i row[4];
#pragma GCC unroll 4
      for (int r = 0; r < 4; ++r)
        row[r] = r < Rows ? _mm_xor_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from[r < Rows ? r : 0])), flip) : _mm_setzero_si128();
      const __m128i low01 = _mm_unpacklo_epi8(row[0], row[1]), high01 = _mm_unpackhi_epi8(row[0], row[1]);
      const __m128i low23 = _mm_unpacklo_epi8(row[2], row[3]), high23 = _mm_unpackhi_epi8(row[2], row[3]);
      auto* out = reinterpret_cast<__m128i*>(to);
      _mm_storeu_si128(out, _mm_unpacklo_epi16(low01, low23));
      _mm_storeu_si128(out + 1, _mm_unpackhi_epi16(low01, low23));
      _mm_storeu_si128(out + 2, _mm_unpacklo_epi16(high01, high23));
      _mm_storeu_si128(out + 3, _mm_unpackhi_epi16(high01, high23));
    }
  };

  /// Brings sums to bytes: a float above 2^16 would overflow the conversion, one far below becomes the least integer, which
  /// is as good; 16 bits saturate beyond every byte.
  struct Finish {
    const std::int32_t* starts;
    const float* multipliers;
    __m256i zeroPoint, flip, order;

    EW_INLINE Finish(const DepthwiseLayer& l, const std::int32_t* s, const float* m) : starts(s), multipliers(m) {
      zeroPoint = _mm256_set1_epi16(l.zeroPoint);
      flip = _mm256_set1_epi8(static_cast<char>(l.flipResult));
      order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    }
    EW_INLINE Ints start(int v) const { return load(starts + v * lanes); }
    EW_INLINE __m256i scaled(Ints acc, int v) const {
      const __m256 product = _mm256_mul_ps(_mm256_cvtepi32_ps(acc), _mm256_loadu_ps(multipliers + v * lanes));
      return _mm256_cvtps_epi32(_mm256_min_ps(product, _mm256_set1_ps(65536.0F)));
    }
    EW_INLINE void operator()(const Ints* acc, std::uint8_t* y) const {
      const __m256i low = _mm256_adds_epi16(_mm256_packs_epi32(scaled(acc[0], 0), scaled(acc[1], 1)), zeroPoint);
      const __m256i high = _mm256_adds_epi16(_mm256_packs_epi32(scaled(acc[2], 2), scaled(acc[3], 3)), zeroPoint);
      const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packus_epi16(low, high), order);
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(y), _mm256_xor_si256(bytes, flip));
    }
    EW_INLINE void part(const Ints* acc, std::uint8_t* y, std::int64_t count) const {
      std::uint8_t all[4 * lanes];
      (*this)(acc, all);
      std::memcpy(y, all, static_cast<std::size_t>(count));
    }
  };
};
