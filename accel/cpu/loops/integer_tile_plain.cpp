// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include "accel/cpu/loops/integer_tile_sets.h"

namespace ew::cpu {
namespace {

#define EW_TARGET
#define EW_INLINE inline

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

  static Ints whole(const float (&v)[lanes]) {
    Ints out;
    for (int i = 0; i < lanes; ++i) {
      const float low = v[i] < -65536.0F ? -65536.0F : v[i], both = low > 65536.0F ? 65536.0F : low;
      out.at[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>(std::nearbyint(both)));
    }
    return out;
  }

  struct Float {
    const float* multipliers;

    explicit Float(const IntegerTile& t) : multipliers(t.multipliers) {}
    Ints operator()(const Ints& acc, int v, int) const {
      float products[lanes];
      for (int i = 0; i < lanes; ++i) products[i] = static_cast<float>(static_cast<std::int32_t>(acc.at[i])) * multipliers[v * lanes + i];
      return whole(products);
    }
  };

  struct Sum {
    const IntegerTile& t;

    explicit Sum(const IntegerTile& tile) : t(tile) {}
    Ints operator()(const Ints& acc, int v, int row) const {
      const Ints results = Float(t)(acc, v, row);
      float sums[lanes] = {};
      for (int i = 0; i < lanes && v * lanes + i < t.filters; ++i) {
        const std::int32_t result = saturated(static_cast<std::int32_t>(results.at[i]) + t.zeroPoint) - t.sum->resultZero;
        const auto other = static_cast<std::int32_t>(t.other[row * t.yStep + v * lanes + i] ^ (t.sum->flipOther & 255U)) - t.sum->otherZero;
        sums[i] = static_cast<float>(result) * t.sum->resultMultiplier + static_cast<float>(other) * t.sum->otherMultiplier;
      }
      return whole(sums);
    }
  };

  struct Fixed {
    const IntegerTile& t;

    explicit Fixed(const IntegerTile& tile) : t(tile) {}
    Ints operator()(const Ints& acc, int v, int) const {
      Ints out;
      for (int i = 0; i < lanes; ++i) {
        const int shift = t.shifts[v * lanes + i];
        const std::int64_t product = static_cast<std::int64_t>(static_cast<std::int32_t>(acc.at[i])) * t.fixed[v * lanes + i];
        const std::int64_t value = (product + (std::int64_t{1} << (shift - 1))) >> shift;
        out.at[i] = static_cast<std::uint32_t>(static_cast<std::int32_t>(value < -65536 ? -65536 : value > 65536 ? 65536 : value));
      }
      return out;
    }
  };

  static std::int32_t saturated(std::int32_t value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

  template <int Vectors>
  struct Bytes {
    const IntegerTile& t;

    explicit Bytes(const IntegerTile& tile) : t(tile) {}
    void write(const Ints (&whole)[Vectors], std::uint8_t* y) const {
      const std::int32_t zero = t.sum != nullptr ? t.sum->zeroPoint : t.zeroPoint;
      for (std::int64_t i = 0; i < Vectors * lanes && i < t.filters; ++i) {
        const std::int32_t value = static_cast<std::int32_t>(whole[i / lanes].at[i % lanes]) + zero;
        y[i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(saturated(value)) ^ (t.flipResult & 255U));
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
