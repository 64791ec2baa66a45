// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/winograd_weights.h"

#include "accel/cpu/loops/clones.h"

namespace ew::cpu {
namespace {

constexpr int mostLanes = 16;
using Line = float[mostLanes];

/// One dimension: three weights to tile + 2.
template <int kTile>
inline __attribute__((always_inline)) void weightLine(const Line& a, const Line& b, const Line& c, Line* t) {
  for (int i = 0; i < mostLanes; ++i) {
    const float ends = a[i] + c[i];
    if constexpr (kTile == 2) {
      t[0][i] = a[i];
      t[1][i] = (ends + b[i]) * 0.5F;
      t[2][i] = (ends - b[i]) * 0.5F;
      t[3][i] = c[i];
    } else {
      const float far = (a[i] + 4.0F * c[i]) * (1.0F / 24), middle = b[i] * (1.0F / 12);
      t[0][i] = a[i] * 0.25F;
      t[1][i] = (ends + b[i]) * (-1.0F / 6);
      t[2][i] = (ends - b[i]) * (-1.0F / 6);
      t[3][i] = far + middle;
      t[4][i] = far - middle;
      t[5][i] = c[i];
    }
  }
}

template <int kTile>
inline __attribute__((always_inline)) void transformAll(int lanes, int valid, std::int64_t channels, const float* w, std::int64_t filterStride,
                                                        float* u, std::int64_t positionStride, std::int64_t channelStride) {
  constexpr int kSide = kTile + 2;
  Line kernel[9] = {}, columns[3][kSide], t[kSide];
  for (std::int64_t c = 0; c < channels; ++c) {
    for (int f = 0; f < valid; ++f)
      for (int k = 0; k < 9; ++k) kernel[k][f] = w[f * filterStride + c * 9 + k];
    for (int j = 0; j < 3; ++j) weightLine<kTile>(kernel[j], kernel[3 + j], kernel[6 + j], columns[j]);
    for (int i = 0; i < kSide; ++i) {
      weightLine<kTile>(columns[0][i], columns[1][i], columns[2][i], t);
      for (int j = 0; j < kSide; ++j)
        for (int f = 0; f < lanes; ++f) u[(i * kSide + j) * positionStride + c * channelStride + f] = t[j][f];
    }
  }
}

EW_CLONES void transformTwo(int lanes, int valid, std::int64_t channels, const float* w, std::int64_t filterStride, float* u,
                            std::int64_t positionStride, std::int64_t channelStride) {
  transformAll<2>(lanes, valid, channels, w, filterStride, u, positionStride, channelStride);
}

EW_CLONES void transformFour(int lanes, int valid, std::int64_t channels, const float* w, std::int64_t filterStride, float* u,
                             std::int64_t positionStride, std::int64_t channelStride) {
  transformAll<4>(lanes, valid, channels, w, filterStride, u, positionStride, channelStride);
}

}  // namespace

void winogradWeights(int tile, int lanes, int valid, std::int64_t channels, const float* w, std::int64_t filterStride, float* u,
                     std::int64_t positionStride, std::int64_t channelStride) {
  if (tile == 2) transformTwo(lanes, valid, channels, w, filterStride, u, positionStride, channelStride);
  else transformFour(lanes, valid, channels, w, filterStride, u, positionStride, channelStride);
}

}  // namespace ew::cpu
