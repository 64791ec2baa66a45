// SPDX-License-Identifier: Apache-2.0
// Kernels of 3x3 weights, transformed.

#if defined(EW_WINOGRAD_WEIGHTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef EW_WINOGRAD_WEIGHTS_INL_H_
#undef EW_WINOGRAD_WEIGHTS_INL_H_
#else
#define EW_WINOGRAD_WEIGHTS_INL_H_
#endif

#include "accel/cpu/loops/winograd_loops.h"
#include "accel/cpu/loops/winograd_transforms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ew::cpu {
namespace HWY_NAMESPACE {

template <class S>
HWY_INLINE void transformKernel(const float* HWY_RESTRICT kernel, float* HWY_RESTRICT to, std::int64_t stride) {
  constexpr int kSide = S::kWeightSide;
  const Floats f;
  Vector columns[3][kSide];  // columns[j][i]: column j, transformed along the height
#pragma GCC unroll 3
  for (int j = 0; j < 3; ++j) {
    const Vector g[3] = {hn::LoadU(f, kernel + j * vectorLanes), hn::LoadU(f, kernel + (3 + j) * vectorLanes),
                         hn::LoadU(f, kernel + (6 + j) * vectorLanes)};
    weightLine<S>(g, columns[j]);
  }
#pragma GCC unroll 8
  for (int i = 0; i < kSide; ++i) {
    const Vector g[3] = {columns[0][i], columns[1][i], columns[2][i]};
    Vector t[kSide];
    weightLine<S>(g, t);
#pragma GCC unroll 8
    for (int j = 0; j < kSide; ++j) hn::Store(t[j], f, to + (i * kSide + j) * stride);
  }
}

template <class S>
void transformKernels(std::int64_t count, const float* HWY_RESTRICT kernels, float* HWY_RESTRICT weights, std::int64_t stride) {
  for (std::int64_t i = 0; i < count; ++i) transformKernel<S>(kernels + i * 9 * vectorLanes, weights + i * vectorLanes, stride);
}

void transformWeights(const WinogradShape& shape, std::int64_t channels, std::int64_t group, const float* kernels, float* weights, std::int64_t stride) {
  withScheme(shape, [&](auto scheme) { transformKernels<decltype(scheme)>(channels * group, kernels, weights, stride); });
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();

#endif
