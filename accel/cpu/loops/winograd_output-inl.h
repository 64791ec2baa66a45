// SPDX-License-Identifier: Apache-2.0
// Products back to outputs, with bias and what follows the layer.

#if defined(EW_WINOGRAD_OUTPUT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef EW_WINOGRAD_OUTPUT_INL_H_
#undef EW_WINOGRAD_OUTPUT_INL_H_
#else
#define EW_WINOGRAD_OUTPUT_INL_H_
#endif

#include "accel/cpu/loops/winograd_exact.h"
#include "accel/cpu/loops/winograd_loops.h"
#include "accel/cpu/loops/winograd_transforms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ew::cpu {
namespace HWY_NAMESPACE {

/// The outputs of one tile that lie inside the image.
struct Patch {
  std::int64_t offset = 0, rowStride = 0;  ///< floats
  int rows = 0, columns = 0;
};

template <int kCount, class Function>
HWY_INLINE void forAll(Vector* values, Function function) {
#pragma GCC unroll 16
  for (int i = 0; i < kCount; ++i) values[i] = function(values[i]);
}

template <class S>
HWY_INLINE void addResidual(const float* residual, const Patch& patch, Vector* values) {
  constexpr int kTile = S::kTile;
  const Floats f;
  for (int i = 0; i < patch.rows; ++i)
    for (int j = 0; j < patch.columns; ++j)
      values[i * kTile + j] = hn::Add(values[i * kTile + j], hn::LoadU(f, residual + patch.offset + i * patch.rowStride + j * vectorLanes));
}

template <class S>
HWY_INLINE void applyPostOp(const WinogradPostOp& op, const float* residual, const Patch& patch, Vector* values) {
  constexpr int kCount = S::kTile * S::kTile;
  const Floats f;
  const Vector alpha = hn::Set(f, op.alpha), beta = hn::Set(f, op.beta), zero = hn::Zero(f);
  switch (op.kind) {
    case WinogradPostOp::Kind::Residual:
      addResidual<S>(residual, patch, values);
      break;
    case WinogradPostOp::Kind::Relu:  // NaN stays NaN: the comparison is false
      forAll<kCount>(values, [=](Vector x) { return hn::IfThenElse(hn::Lt(x, zero), hn::Mul(x, alpha), x); });
      break;
    case WinogradPostOp::Kind::Clip:
      forAll<kCount>(values, [=](Vector x) {
        const Vector low = hn::IfThenElse(hn::Lt(x, alpha), alpha, x);
        return hn::IfThenElse(hn::Gt(low, beta), beta, low);
      });
      break;
    case WinogradPostOp::Kind::Linear:
      forAll<kCount>(values, [=](Vector x) { return hn::MulAdd(x, alpha, beta); });
      break;
    case WinogradPostOp::Kind::HardSwish:
      forAll<kCount>(values, [=](Vector x) {
        const Vector gate = hn::MulAdd(x, hn::Set(f, 1.0F / 6), hn::Set(f, 0.5F));
        return hn::Mul(x, hn::Min(hn::Max(gate, zero), hn::Set(f, 1.0F)));
      });
      break;
  }
}

template <class S>
HWY_INLINE void transformProducts(const float* HWY_RESTRICT products, std::int64_t stride, Vector bias, Vector* values) {
  constexpr int kTile = S::kTile, kSide = S::kSide;
  const Floats f;
  Vector columns[kSide][kTile];
  for (int j = 0; j < kSide; ++j) {
    Vector m[kSide], o[kTile];
#pragma GCC unroll 8
    for (int i = 0; i < kSide; ++i) m[i] = hn::Load(f, products + (i * kSide + j) * stride);
    outputLine<S>(m, o);
#pragma GCC unroll 8
    for (int i = 0; i < kTile; ++i) columns[j][i] = o[i];
  }
  for (int i = 0; i < kTile; ++i) {
    Vector m[kSide], o[kTile];
#pragma GCC unroll 8
    for (int j = 0; j < kSide; ++j) m[j] = columns[j][i];
    outputLine<S>(m, o);
#pragma GCC unroll 8
    for (int j = 0; j < kTile; ++j) values[i * kTile + j] = hn::Add(o[j], bias);
  }
}

/// Whether any lane holds NaN or Inf: 0 times it is NaN.
template <int kCount>
HWY_INLINE bool anyNotFinite(const Vector* values) {
  const Floats f;
  const Vector zero = hn::Zero(f);
  Vector sum = zero;
#pragma GCC unroll 16
  for (int i = 0; i < kCount; ++i) sum = hn::MulAdd(values[i], zero, sum);
  return !hn::AllTrue(f, hn::Eq(sum, sum));
}

template <int kCount>
HWY_NOINLINE void computeAnew(const WinogradShape& shape, std::int64_t tile, std::int64_t block, const WinogradOutput& output, Vector bias, Vector* values) {
  const Floats f;
  HWY_ALIGN float sums[kCount * vectorLanes];
  convolveTile(shape, tile, block, output.x, output.kernels, sums);
  for (int i = 0; i < kCount; ++i) values[i] = hn::Add(hn::Load(f, sums + i * vectorLanes), bias);
}

template <class S>
void transformOutputTiles(const WinogradShape& shape, const WinogradTiles& tiles, const WinogradOutput& output, const float* products,
                          float* y) {
  constexpr int kTile = S::kTile;
  const Floats f;
  const std::int64_t across = shape.tilesAcross(), perImage = across * shape.tilesDown();
  const std::int64_t plane = shape.outHeight * shape.outWidth * vectorLanes;
  for (std::int64_t b = 0; b < output.count; ++b) {
    const std::int64_t block = output.first + b;
    const Vector bias = hn::LoadU(f, output.bias + block * vectorLanes);
    const std::int64_t inBlock = shape.filters - block * vectorLanes;  // the rest stays zero
    const auto valid = hn::FirstN(f, static_cast<std::size_t>(inBlock < vectorLanes ? inBlock : vectorLanes));
    for (std::int64_t t = 0; t < tiles.count; ++t) {
      const std::int64_t tile = tiles.first + t, image = tile / perImage, inImage = tile % perImage;
      const std::int64_t top = inImage / across * kTile, left = inImage % across * kTile;
      Patch patch;
      patch.rowStride = shape.outWidth * vectorLanes;
      patch.offset = (image * shape.filterBlocks() + block) * plane + top * patch.rowStride + left * vectorLanes;
      patch.rows = static_cast<int>(shape.outHeight - top < kTile ? shape.outHeight - top : kTile);
      patch.columns = static_cast<int>(shape.outWidth - left < kTile ? shape.outWidth - left : kTile);
      Vector values[kTile * kTile];
      transformProducts<S>(products + (b * tiles.capacity + t) * vectorLanes, tiles.productStride, bias, values);
      if (anyNotFinite<kTile * kTile>(values)) computeAnew<kTile * kTile>(shape, tile, block, output, bias, values);
      for (const WinogradPostOp& op : output.postOps) applyPostOp<S>(op, output.residual, patch, values);
      if (inBlock < vectorLanes) forAll<kTile * kTile>(values, [=](Vector x) { return hn::IfThenElseZero(valid, x); });
      for (int i = 0; i < patch.rows; ++i)
        for (int j = 0; j < patch.columns; ++j) hn::StoreU(values[i * kTile + j], f, y + patch.offset + i * patch.rowStride + j * vectorLanes);
    }
  }
}

void transformOutput(const WinogradShape& shape, const WinogradTiles& tiles, const WinogradOutput& output, const float* products, float* y) {
  withScheme(shape, [&](auto scheme) { transformOutputTiles<decltype(scheme)>(shape, tiles, output, products, y); });
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();

#endif
