// SPDX-License-Identifier: Apache-2.0
// The transforms of one dimension, on vectors of channels: what a tile reads and the three weights to `side` values each,
// and their products back to the tile. With stride 1 the points are 0, 1, -1 (and 2, -2 for tiles of 4) and infinity. With
// stride 2 the even inputs meet two weights, which is a convolution by the points 0, 1 and infinity, and the odd ones one.

#if defined(EW_WINOGRAD_TRANSFORMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef EW_WINOGRAD_TRANSFORMS_INL_H_
#undef EW_WINOGRAD_TRANSFORMS_INL_H_
#else
#define EW_WINOGRAD_TRANSFORMS_INL_H_
#endif

#include <hwy/highway.h>

#include "accel/cpu/loops/winograd_loops.h"

HWY_BEFORE_NAMESPACE();
namespace ew::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Vector = hn::Vec<Floats>;
constexpr std::int64_t vectorLanes = hn::MaxLanes(Floats());

template <int kTileSize, int kStrideSize>
struct Scheme {
  static constexpr int kTile = kTileSize, kStride = kStrideSize, kSide = (kTile - 1) * kStride + 3;
};

/// Calls function(Scheme) for that of the shape.
template <class Function>
HWY_INLINE void withScheme(const WinogradShape& shape, Function function) {
  if (shape.stride == 2) function(Scheme<2, 2>());
  else if (shape.tile == 2) function(Scheme<2, 1>());
  else function(Scheme<4, 1>());
}

template <class S>
HWY_INLINE void inputLine(const Vector* d, Vector* t) {
  if constexpr (S::kStride == 2) {
    t[0] = hn::Sub(d[0], d[2]);
    t[1] = d[2];
    t[2] = hn::Sub(d[4], d[2]);
    t[3] = d[1];
    t[4] = d[3];
  } else if constexpr (S::kTile == 2) {
    t[0] = hn::Sub(d[0], d[2]);
    t[1] = hn::Add(d[1], d[2]);
    t[2] = hn::Sub(d[2], d[1]);
    t[3] = hn::Sub(d[1], d[3]);
  } else {
    const Floats f;
    const Vector two = hn::Set(f, 2.0F), four = hn::Set(f, 4.0F), five = hn::Set(f, 5.0F);
    const Vector even = hn::NegMulAdd(four, d[2], d[4]), odd = hn::NegMulAdd(four, d[1], d[3]);
    const Vector evenTwo = hn::Sub(d[4], d[2]), oddTwo = hn::Sub(d[3], d[1]);
    t[0] = hn::MulAdd(four, d[0], hn::NegMulAdd(five, d[2], d[4]));
    t[1] = hn::Add(even, odd);
    t[2] = hn::Sub(even, odd);
    t[3] = hn::MulAdd(two, oddTwo, evenTwo);
    t[4] = hn::NegMulAdd(two, oddTwo, evenTwo);
    t[5] = hn::MulAdd(four, d[1], hn::NegMulAdd(five, d[3], d[5]));
  }
}

template <class S>
HWY_INLINE void weightLine(const Vector* g, Vector* t) {
  const Floats f;
  const Vector ends = hn::Add(g[0], g[2]);
  t[0] = g[0];
  if constexpr (S::kStride == 2) {
    t[1] = ends;
    t[2] = g[2];
    t[3] = g[1];
    t[4] = g[1];
  } else if constexpr (S::kTile == 2) {
    t[3] = g[2];
    const Vector half = hn::Set(f, 0.5F);
    t[1] = hn::Mul(hn::Add(ends, g[1]), half);
    t[2] = hn::Mul(hn::Sub(ends, g[1]), half);
  } else {
    const Vector sixth = hn::Set(f, -1.0F / 6), middle = hn::Mul(g[1], hn::Set(f, 1.0F / 12));
    const Vector far = hn::Mul(hn::MulAdd(hn::Set(f, 4.0F), g[2], g[0]), hn::Set(f, 1.0F / 24));
    t[0] = hn::Mul(g[0], hn::Set(f, 0.25F));
    t[1] = hn::Mul(hn::Add(ends, g[1]), sixth);
    t[2] = hn::Mul(hn::Sub(ends, g[1]), sixth);
    t[3] = hn::Add(far, middle);
    t[4] = hn::Sub(far, middle);
    t[5] = g[2];
  }
}

template <class S>
HWY_INLINE void outputLine(const Vector* m, Vector* o) {
  if constexpr (S::kStride == 2) {
    o[0] = hn::Add(hn::Add(m[0], m[1]), m[3]);
    o[1] = hn::Add(hn::Add(m[1], m[2]), m[4]);
    return;
  }
  const Vector sum = hn::Add(m[1], m[2]), difference = hn::Sub(m[1], m[2]);
  if constexpr (S::kTile == 2) {
    o[0] = hn::Add(m[0], sum);
    o[1] = hn::Sub(difference, m[3]);
  } else {
    const Floats f;
    const Vector sumTwo = hn::Add(m[3], m[4]), differenceTwo = hn::Sub(m[3], m[4]);
    o[0] = hn::Add(m[0], hn::Add(sum, sumTwo));
    o[1] = hn::MulAdd(hn::Set(f, 2.0F), differenceTwo, difference);
    o[2] = hn::MulAdd(hn::Set(f, 4.0F), sumTwo, sum);
    o[3] = hn::Add(m[5], hn::MulAdd(hn::Set(f, 8.0F), differenceTwo, difference));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();

#endif
