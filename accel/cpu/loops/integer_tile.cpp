// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/integer_tile.h"

#include <vector>

#include "accel/cpu/loops/integer_tile_sets.h"

#ifdef EW_X86_TILES
#include <cpuid.h>
#endif

namespace ew::cpu {
namespace {

#ifdef EW_X86_TILES
/// AVX-VNNI, which the compiler's runtime does not know everywhere.
bool hasAvxVnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1U << 4)) != 0;
}
#endif

std::vector<const TileSet*> known() {
  std::vector<const TileSet*> sets;
#ifdef EW_X86_TILES
  const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
    sets.push_back(&avx512Tiles());
  if (avx2 && hasAvxVnni()) sets.push_back(&avxVnniTiles());
  if (avx2) sets.push_back(&avx2Tiles());
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
