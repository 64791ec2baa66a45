// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/float_tile.h"

#include <vector>

#include "accel/cpu/loops/float_tile_sets.h"

namespace ew::cpu {
namespace {

std::vector<const FloatTileSet*> known() {
  std::vector<const FloatTileSet*> sets;
#ifdef EW_X86_FLOAT_TILES
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) sets.push_back(&avx512FloatTiles());
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets.push_back(&avx2FloatTiles());
#endif
  sets.push_back(&plainFloatTiles());
  return sets;
}

}  // namespace

std::span<const FloatTileSet* const> floatTileSets() {
  static const std::vector<const FloatTileSet*> sets = known();
  return sets;
}

}  // namespace ew::cpu
