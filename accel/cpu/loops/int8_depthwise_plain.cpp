// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>

#include "accel/cpu/loops/int8_depthwise.h"

namespace ew::cpu {
namespace {

#define EW_TARGET
#define EW_INLINE inline

/// Loops that the compiler's vectorizer knows, for every processor.
struct Vector {
  static constexpr int lanes = 8;
  struct Ints { std::uint32_t sum[lanes]; };
  using Weights = const std::int8_t*;

  static Weights weights(const std::int8_t* from) { return from; }
  static const std::uint8_t* values(const std::uint8_t* from) { return from; }
  static Ints dot(Ints acc, const std::uint8_t* x, Weights w) {
    for (int i = 0; i < lanes; ++i)
      acc.sum[i] += static_cast<std::uint32_t>(x[i * 4] * w[i * 4] + x[i * 4 + 1] * w[i * 4 + 1] + x[i * 4 + 2] * w[i * 4 + 2] + x[i * 4 + 3] * w[i * 4 + 3]);
    return acc;
  }

  struct Mixer {
    std::uint8_t flip;
    explicit Mixer(std::uint8_t flipped) : flip(flipped) {}
    template <int Rows>
    void interleave(const std::uint8_t* const* from, std::uint8_t* to) const {
      for (int i = 0; i < 16; ++i)
        for (int r = 0; r < 4; ++r) to[i * 4 + r] = r < Rows ? static_cast<std::uint8_t>(from[r < Rows ? r : 0][i] ^ flip) : std::uint8_t{0};
    }
  };

  struct Finish {
    const DepthwiseLayer& layer;
    const std::int32_t* starts;
    const float* multipliers;
    Finish(const DepthwiseLayer& l, const std::int32_t* s, const float* m) : layer(l), starts(s), multipliers(m) {}
    Ints start(int v) const {
      Ints out;
      for (int i = 0; i < lanes; ++i) out.sum[i] = static_cast<std::uint32_t>(starts[v * lanes + i]);
      return out;
    }
    void operator()(const Ints* acc, std::uint8_t* y) const { part(acc, y, 4 * lanes); }
    void part(const Ints* acc, std::uint8_t* y, std::int64_t count) const {
      for (int i = 0; i < 4 * lanes && i < count; ++i) {
        const float product = static_cast<float>(static_cast<std::int32_t>(acc[i / lanes].sum[i % lanes])) * multipliers[i];
        const auto whole = static_cast<std::int32_t>(std::nearbyint(std::clamp(product, -65536.0F, 65536.0F))) + layer.zeroPoint;
        y[i] = static_cast<std::uint8_t>(std::clamp(whole, 0, 255) ^ layer.flipResult);
      }
    }
  };
};

#include "accel/cpu/loops/int8_depthwise.inl"

}  // namespace

void depthwisePlain(const DepthwiseLayer& layer, const std::uint8_t* const* rows, std::uint8_t* scratch, std::uint8_t* y, std::uint8_t* below) {
  depthwiseRow(layer, rows, scratch, y, below);
}

}  // namespace ew::cpu
