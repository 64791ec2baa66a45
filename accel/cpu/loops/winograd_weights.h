// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace ew::cpu {

/// Transforms the 3x3 kernels of `lanes` filters and all channels. Filter f's kernels begin at w + f * filterStride, nine
/// floats a channel; filters from `valid` on are zero. Position p of channel c goes to u + p * positionStride +
/// c * channelStride, one float a filter.
void winogradWeights(int tile, int lanes, int valid, std::int64_t channels, const float* w, std::int64_t filterStride, float* u,
                     std::int64_t positionStride, std::int64_t channelStride);

}  // namespace ew::cpu
