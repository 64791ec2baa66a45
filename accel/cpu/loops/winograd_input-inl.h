// SPDX-License-Identifier: Apache-2.0
// Tiles of the input, transformed.

#if defined(EW_WINOGRAD_INPUT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef EW_WINOGRAD_INPUT_INL_H_
#undef EW_WINOGRAD_INPUT_INL_H_
#else
#define EW_WINOGRAD_INPUT_INL_H_
#endif

#include "accel/cpu/loops/winograd_loops.h"
#include "accel/cpu/loops/winograd_transforms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ew::cpu {
namespace HWY_NAMESPACE {

/// Copies what lies inside the image, zeros for the rest.
template <int kSide>
HWY_NOINLINE void copyPatch(const WinogradShape& shape, std::int64_t top, std::int64_t left, const float* image, float* patch) {
  const Floats f;
  for (std::int64_t i = 0; i < kSide; ++i)
    for (std::int64_t j = 0; j < kSide; ++j) {
      const std::int64_t y = top + i, x = left + j;
      const bool inside = y >= 0 && y < shape.height && x >= 0 && x < shape.width;
      hn::Store(inside ? hn::LoadU(f, image + (y * shape.width + x) * vectorLanes) : hn::Zero(f), f, patch + (i * kSide + j) * vectorLanes);
    }
}

/// `rowStride` floats from one row of the patch to the next.
template <class S>
HWY_INLINE void transformPatch(const float* HWY_RESTRICT patch, std::int64_t rowStride, float* HWY_RESTRICT to, std::int64_t stride) {
  constexpr int kSide = S::kSide;
  const Floats f;
  Vector columns[kSide][kSide];  // columns[j][i]: column j, transformed along the height
  for (int j = 0; j < kSide; ++j) {
    Vector d[kSide], t[kSide];
#pragma GCC unroll 8
    for (int i = 0; i < kSide; ++i) d[i] = hn::LoadU(f, patch + i * rowStride + j * vectorLanes);
    inputLine<S>(d, t);
#pragma GCC unroll 8
    for (int i = 0; i < kSide; ++i) columns[j][i] = t[i];
  }
  for (int i = 0; i < kSide; ++i) {
    Vector d[kSide], t[kSide];
#pragma GCC unroll 8
    for (int j = 0; j < kSide; ++j) d[j] = columns[j][i];
    inputLine<S>(d, t);
#pragma GCC unroll 8
    for (int j = 0; j < kSide; ++j) hn::Store(t[j], f, to + (i * kSide + j) * stride);
  }
}

template <class S>
void transformInputTiles(const WinogradShape& shape, const WinogradTiles& tiles, std::int64_t firstBlock, std::int64_t endBlock,
                         const float* x, float* transformed) {
  constexpr int kSide = S::kSide, kStep = S::kTile * S::kStride;
  const std::int64_t across = shape.tilesAcross(), perImage = across * shape.tilesDown();
  const std::int64_t plane = shape.height * shape.width * vectorLanes;
  HWY_ALIGN float copy[kSide * kSide * vectorLanes];
  for (std::int64_t block = firstBlock; block < endBlock; ++block) {
    for (std::int64_t t = 0; t < tiles.count; ++t) {
      const std::int64_t tile = tiles.first + t, image = tile / perImage, inImage = tile % perImage;
      const std::int64_t top = inImage / across * kStep - shape.padTop, left = inImage % across * kStep - shape.padLeft;
      const float* const source = x + (image * shape.channelBlocks() + block) * plane;
      float* const to = transformed + (block * tiles.capacity + t) * vectorLanes;
      if (top >= 0 && left >= 0 && top + kSide <= shape.height && left + kSide <= shape.width) {
        transformPatch<S>(source + (top * shape.width + left) * vectorLanes, shape.width * vectorLanes, to, tiles.inputStride);
      } else {
        copyPatch<kSide>(shape, top, left, source, copy);
        transformPatch<S>(copy, kSide * vectorLanes, to, tiles.inputStride);
      }
    }
  }
}

void transformInput(const WinogradShape& shape, const WinogradTiles& tiles, std::int64_t firstBlock, std::int64_t endBlock,
                    const float* x, float* transformed) {
  withScheme(shape, [&](auto scheme) { transformInputTiles<decltype(scheme)>(shape, tiles, firstBlock, endBlock, x, transformed); });
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();

#endif
