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

template <int kRows, int kBlocks>
void multiplyRows(const float* HWY_RESTRICT v, std::int64_t channelBlocks, std::int64_t blockStride, const float* HWY_RESTRICT u,
                  float* HWY_RESTRICT m, std::int64_t productStride) {
  const Floats f;
  Vector sums[kRows][kBlocks];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r)
#pragma GCC unroll 4
    for (int b = 0; b < kBlocks; ++b) sums[r][b] = hn::Zero(f);
  for (std::int64_t block = 0; block < channelBlocks; ++block, v += blockStride) {
#pragma GCC unroll 2
    for (std::int64_t lane = 0; lane < vectorLanes; ++lane, u += kBlocks * vectorLanes) {
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
    for (int b = 0; b < kBlocks; ++b) hn::Store(sums[r][b], f, m + b * productStride + r * vectorLanes);
}

using RowsFunction = void (*)(const float*, std::int64_t, std::int64_t, const float*, float*, std::int64_t);

template <int kBlocks, int... kRows>
constexpr std::array<RowsFunction, sizeof...(kRows)> rowsTable(std::integer_sequence<int, kRows...>) {
  return {&multiplyRows<kRows + 1, kBlocks>...};
}

template <int kBlocks>
void multiplyGroup(const WinogradShape& shape, const WinogradTiles& tiles, const float* v, const float* u, float* m) {
  constexpr int mostRows = rowsFor(kBlocks);
  static constexpr auto table = rowsTable<kBlocks>(std::make_integer_sequence<int, mostRows>());
  const std::int64_t channelBlocks = shape.channelBlocks(), passes = (tiles.count + mostRows - 1) / mostRows;
  const std::int64_t panel = channelBlocks * vectorLanes * kBlocks * vectorLanes;
  for (std::int64_t position = 0; position < shape.positions(); ++position, v += tiles.inputStride, u += panel, m += tiles.productStride) {
    for (std::int64_t pass = 0; pass < passes; ++pass) {
      const std::int64_t begin = tiles.count * pass / passes, end = tiles.count * (pass + 1) / passes;
      table[static_cast<std::size_t>(end - begin - 1)](v + begin * vectorLanes, channelBlocks, tiles.capacity * vectorLanes, u,
                                                       m + begin * vectorLanes, tiles.capacity * vectorLanes);
    }
  }
}

void multiply(const WinogradShape& shape, const WinogradTiles& tiles, std::int64_t blocks, const float* v, const float* u, float* m) {
  switch (blocks) {
    case 1: return multiplyGroup<1>(shape, tiles, v, u, m);
    case 2: return multiplyGroup<2>(shape, tiles, v, u, m);
    case 3: return multiplyGroup<3>(shape, tiles, v, u, m);
    default: return multiplyGroup<4>(shape, tiles, v, u, m);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();

#endif
