// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/integer_tile.h"

#include <vector>

#include "accel/cpu/loops/integer_tile_sets.h"
#include "core/base/processor.h"

namespace ew::cpu {
namespace {

std::vector<const TileSet*> known() {
  std::vector<const TileSet*> sets;
#ifdef EW_X86_TILES
  if (hasAvx512Vnni()) sets.push_back(&avx512Tiles());
  if (hasAvxVnni()) sets.push_back(&avxVnniTiles());
  if (__builtin_cpu_supports("avx2")) sets.push_back(&avx2Tiles());
#endif
  sets.push_back(&plainTiles());
  return sets;
}

}  // namespace

std::span<const TileSet* const> tileSets() {
  static const std::vector<const TileSet*> sets = known();
  return sets;
}

}  // namespace ew::cpu
