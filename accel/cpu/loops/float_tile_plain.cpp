// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <utility>

#include "accel/cpu/loops/float_tile_sets.h"

namespace ew::cpu {
namespace {

#define EW_TARGET
#define EW_INLINE inline

/// Four lanes of plain code, for any processor.
struct Vector {
  static constexpr int lanes = 4;
  struct Floats { float lane[lanes]; };
  using Mask = int;  ///< how many lanes
  static constexpr int rows[] = {8, 4, 2, 2};
  static constexpr int depthwiseRows = 4;

  template <class F>
  static Floats each(F f) {
    Floats out{};
    for (int i = 0; i < lanes; ++i) out.lane[i] = f(i);
    return out;
  }
  static Mask maskOf(std::int64_t lanesLeft) { return static_cast<int>(lanesLeft < 0 ? 0 : lanesLeft < lanes ? lanesLeft : lanes); }
  static Floats all(float v) { return each([&](int) { return v; }); }
  static Floats load(const float* from) { return each([&](int i) { return from[i]; }); }
  static Floats load(const float* from, Mask mask) { return each([&](int i) { return i < mask ? from[i] : 0; }); }
  static void store(float* to, Floats v) { store(to, lanes, v); }
  static void store(float* to, Mask mask, Floats v) { for (int i = 0; i < mask; ++i) to[i] = v.lane[i]; }
  static Floats add(Floats a, Floats b) { return each([&](int i) { return a.lane[i] + b.lane[i]; }); }
  static Floats sub(Floats a, Floats b) { return each([&](int i) { return a.lane[i] - b.lane[i]; }); }
  static Floats mul(Floats a, Floats b) { return each([&](int i) { return a.lane[i] * b.lane[i]; }); }
  static Floats fma(Floats a, Floats b, Floats c) { return each([&](int i) { return a.lane[i] * b.lane[i] + c.lane[i]; }); }
  static Floats max(Floats a, Floats b) { return each([&](int i) { return a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]; }); }
  static Floats min(Floats a, Floats b) { return each([&](int i) { return a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]; }); }
  static Floats rounded(Floats v) { return each([&](int i) { return std::nearbyint(v.lane[i]); }); }
  static Floats scaledByPower(Floats v, Floats power) { return each([&](int i) { return v.lane[i] * std::exp2(power.lane[i]); }); }
  static Floats reciprocal(Floats v) { return each([&](int i) { return 1 / v.lane[i]; }); }
  static Floats whereNegative(Floats x, Floats then) { return each([&](int i) { return x.lane[i] < 0 ? then.lane[i] : x.lane[i]; }); }
};

#include "accel/cpu/loops/float_tile.inl"

}  // namespace

const FloatTileSet& plainFloatTiles() {
  static constexpr FloatTileSet set = makeTiles("plain", std::make_integer_sequence<int, 4>());
  return set;
}

}  // namespace ew::cpu
