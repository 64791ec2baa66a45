// SPDX-License-Identifier: Apache-2.0
// The transforms of one dimension, on vectors of channels: what a tile reads and the three weights to `side` values each,
// and their products back to the tile. With stride 1 the points are 0, 1, -1 and infinity for tiles of 2; 0, infinity, and the roots of 1/2 and 2 for tiles of 4, whose
// factors differ least, and so round least. With
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

constexpr float rootOfHalf = 0.70710678F, rootOfTwo = 1.41421356F;

template <int kTileSize, int kStrideSize>
struct Scheme {
  static constexpr int kTile = kTileSize, kStride = kStrideSize, kSide = (kTile - 1) * kStride + 3, kWeightSide = kTile + 2;
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
    const Vector root = hn::Set(f, rootOfHalf), rootTwo = hn::Set(f, rootOfTwo);
    const Vector half = hn::Set(f, 0.5F), two = hn::Set(f, 2.0F), sum = hn::Set(f, 2.5F);
    const Vector even = hn::NegMulAdd(two, d[2], d[4]), odd = hn::NegMulAdd(two, d[1], d[3]);
    const Vector evenTwo = hn::NegMulAdd(half, d[2], d[4]), oddTwo = hn::NegMulAdd(half, d[1], d[3]);
    t[0] = hn::NegMulAdd(sum, d[2], hn::Add(d[0], d[4]));
    t[1] = hn::MulAdd(root, odd, even);
    t[2] = hn::NegMulAdd(root, odd, even);
    t[3] = hn::MulAdd(rootTwo, oddTwo, evenTwo);
    t[4] = hn::NegMulAdd(rootTwo, oddTwo, evenTwo);
    t[5] = hn::NegMulAdd(sum, d[3], hn::Add(d[1], d[5]));
  }
}

template <class S>
HWY_INLINE void weightLine(const Vector* g, Vector* t) {
  const Floats f;
  [[maybe_unused]] const Vector ends = hn::Add(g[0], g[2]);
  t[0] = g[0];
  if constexpr (S::kStride == 2) {
    t[1] = ends;
    t[2] = g[2];
    t[3] = g[1];
  } else if constexpr (S::kTile == 2) {
    t[3] = g[2];
    const Vector half = hn::Set(f, 0.5F);
    t[1] = hn::Mul(hn::Add(ends, g[1]), half);
    t[2] = hn::Mul(hn::Sub(ends, g[1]), half);
  } else {
    const Vector near = hn::Mul(hn::MulAdd(hn::Set(f, 0.5F), g[2], g[0]), hn::Set(f, -1.0F / 1.5F));
    const Vector far = hn::Mul(hn::MulAdd(hn::Set(f, 2.0F), g[2], g[0]), hn::Set(f, 1.0F / 6));
    const Vector nearOdd = hn::Mul(g[1], hn::Set(f, rootOfHalf / -1.5F)), farOdd = hn::Mul(g[1], hn::Set(f, rootOfTwo / 6));
    t[1] = hn::Add(near, nearOdd);
    t[2] = hn::Sub(near, nearOdd);
    t[3] = hn::Add(far, farOdd);
    t[4] = hn::Sub(far, farOdd);
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
    o[1] = hn::MulAdd(hn::Set(f, rootOfTwo), differenceTwo, hn::Mul(hn::Set(f, rootOfHalf), difference));
    o[2] = hn::MulAdd(hn::Set(f, 2.0F), sumTwo, hn::Mul(hn::Set(f, 0.5F), sum));
    o[3] = hn::MulAdd(hn::Set(f, 2 * rootOfTwo), differenceTwo, hn::MulAdd(hn::Set(f, 0.5F * rootOfHalf), difference, m[5]));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();

#endif
