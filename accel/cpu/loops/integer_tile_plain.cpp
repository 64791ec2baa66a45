// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include "accel/cpu/loops/integer_tile_sets.h"

namespace ew::cpu {
namespace {

#define EW_TARGET

/// Plain loops over four filters, for any processor. Sums are unsigned, which wrap.
struct Vector {
  static constexpr int lanes = 4;
  static constexpr int rows[] = {4};
  struct Ints { std::uint32_t at[lanes]; };
  struct Values { std::int32_t at[4]; };
  using Weights = const std::int8_t*;
  using Flip = std::uint32_t;

  static Ints load(const std::int32_t* from) {
    Ints v;
    for (int i = 0; i < lanes; ++i) v.at[i] = static_cast<std::uint32_t>(from[i]);
    return v;
  }
  static void store(std::int32_t* to, const Ints& v) {
    for (int i = 0; i < lanes; ++i) to[i] = static_cast<std::int32_t>(v.at[i]);
  }
  static Flip flip(std::uint32_t bits) { return bits & 255U; }
  static Weights weights(const std::int8_t* from) { return from; }
  static Values values(const std::uint8_t* from, Flip flip) {
    Values x;
    for (int i = 0; i < 4; ++i) x.at[i] = static_cast<std::int32_t>(from[i] ^ flip);
    return x;
  }
  static Ints dot(Ints acc, const Values& x, Weights w) {
    for (int i = 0; i < lanes; ++i)
      acc.at[i] += static_cast<std::uint32_t>(x.at[0] * w[4 * i] + x.at[1] * w[4 * i + 1] + x.at[2] * w[4 * i + 2] + x.at[3] * w[4 * i + 3]);
    return acc;
  }

  /// Brings one row of sums to bytes.
  template <int Vectors>
  struct Finish {
    static_assert(Vectors == 1);
    const IntegerTile& t;

    explicit Finish(const IntegerTile& tile) : t(tile) {}
    void operator()(const Ints* acc, std::uint8_t* y) const {
      for (std::int64_t i = 0; i < lanes && i < t.filters; ++i) {
        const float product = static_cast<float>(static_cast<std::int32_t>(acc->at[i])) * t.multipliers[i];
        float whole = std::nearbyint(product) + t.zeroPoint;
        whole = whole < 0.0F ? 0.0F : whole;
        whole = whole > 255.0F ? 255.0F : whole;
        y[i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(whole) ^ (t.flipResult & 255U));
      }
    }
  };
};

#include "accel/cpu/loops/integer_tile.inl"

}  // namespace

const TileSet& plainTiles() {
  static constexpr TileSet set = makeTiles("int8", std::make_integer_sequence<int, 1>());
  return set;
}

}  // namespace ew::cpu
