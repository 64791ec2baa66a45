// SPDX-License-Identifier: Apache-2.0
// The batched product: for each position, rows of tiles times a panel of weights.

#if defined(EW_WINOGRAD_PRODUCT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef EW_WINOGRAD_PRODUCT_INL_H_
#undef EW_WINOGRAD_PRODUCT_INL_H_
#else
#define EW_WINOGRAD_PRODUCT_INL_H_
#endif

#include <array>
#include <utility>

#include "accel/cpu/loops/winograd_loops.h"
#include "accel/cpu/loops/winograd_transforms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace ew::cpu {
namespace HWY_NAMESPACE {

/// Rows whose sums stay in registers, beside the weights and one value of the input.
constexpr int rowsFor(int blocks) {
  const int registers = vectorLanes == 8 ? 16 : 32;
  const int rows = (registers - 1 - blocks) / blocks;
  return rows < 14 ? rows : 14;
}

/// One pass: `count` channel blocks from `v` (blockStride floats apart) times as many rows of the panel `u`. A line at
/// `ahead` and so on, `aheadStep` bytes apart, is fetched for each channel.
struct Pass {
  const float* v;
  const float* u;
  float* m;
  std::int64_t count, blockStride, productStride;
  const char* ahead;
  std::int64_t aheadStep;
};

template <int kRows, int kBlocks, bool kFirst>
void multiplyRows(const Pass& pass) {
  const Floats f;
  const float* HWY_RESTRICT v = pass.v;
  const float* HWY_RESTRICT u = pass.u;
  float* HWY_RESTRICT const m = pass.m;
  const char* ahead = pass.ahead;
  Vector sums[kRows][kBlocks];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int b = 0; b < kBlocks; ++b) sums[r][b] = kFirst ? hn::Zero(f) : hn::Load(f, m + b * pass.productStride + r * vectorLanes);
  for (std::int64_t block = 0; block < pass.count; ++block, v += pass.blockStride) {
#pragma GCC unroll 2
    for (std::int64_t lane = 0; lane < vectorLanes; ++lane, u += kBlocks * vectorLanes) {
      __builtin_prefetch(ahead, 0, 2);
      ahead += pass.aheadStep;
      Vector weights[kBlocks];
#pragma GCC unroll 4
      for (int b = 0; b < kBlocks; ++b) weights[b] = hn::Load(f, u + b * vectorLanes);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const Vector x = hn::Set(f, v[r * vectorLanes + lane]);
#pragma GCC unroll 4
        for (int b = 0; b < kBlocks; ++b) sums[r][b] = hn::MulAdd(x, weights[b], sums[r][b]);
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int b = 0; b < kBlocks; ++b) hn::Store(sums[r][b], f, m + b * pass.productStride + r * vectorLanes);
}

using RowsFunction = void (*)(const Pass&);

template <int kBlocks, bool kFirst, int... kRows>
constexpr std::array<RowsFunction, sizeof...(kRows)> rowsTable(std::integer_sequence<int, kRows...>) {
  return {&multiplyRows<kRows + 1, kBlocks, kFirst>...};
}

template <int kBlocks>
void multiplyGroup(const WinogradShape& shape, const WinogradTiles& tiles, const WinogradPanel& panel, const float* v, float* m) {
  constexpr int mostRows = rowsFor(kBlocks);
  using Sequence = std::make_integer_sequence<int, mostRows>;
  static constexpr auto first = rowsTable<kBlocks, true>(Sequence()), further = rowsTable<kBlocks, false>(Sequence());
  const auto& table = panel.firstBlock == 0 ? first : further;
  const std::int64_t passes = (tiles.count + mostRows - 1) / mostRows, blockStride = tiles.capacity * vectorLanes;
  const std::int64_t channels = panel.blocks * vectorLanes;
  const std::int64_t aheadOfPosition = panel.ahead != nullptr ? panel.aheadBytes / shape.positions() : 0;
  v += panel.firstBlock * blockStride;
  for (std::int64_t position = 0; position < shape.positions(); ++position, v += tiles.inputStride, m += tiles.productStride) {
    const float* const u = panel.weights + shape.weightPosition(position) * panel.stride;
    for (std::int64_t i = 0; i < passes; ++i) {
      const std::int64_t begin = tiles.count * i / passes, end = tiles.count * (i + 1) / passes;
      Pass pass{v + begin * vectorLanes, u, m + begin * vectorLanes, panel.blocks, blockStride, blockStride, reinterpret_cast<const char*>(u), 0};
      if (i == 0 && aheadOfPosition != 0) {
        pass.ahead = reinterpret_cast<const char*>(panel.ahead) + position * aheadOfPosition;
        pass.aheadStep = aheadOfPosition / channels;
      }
      table[static_cast<std::size_t>(end - begin - 1)](pass);
    }
  }
}

void multiply(const WinogradShape& shape, const WinogradTiles& tiles, std::int64_t group, const WinogradPanel& panel, const float* v, float* m) {
  switch (group) {
    case 1: return multiplyGroup<1>(shape, tiles, panel, v, m);
    case 2: return multiplyGroup<2>(shape, tiles, panel, v, m);
    case 3: return multiplyGroup<3>(shape, tiles, panel, v, m);
    default: return multiplyGroup<4>(shape, tiles, panel, v, m);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();

#endif
