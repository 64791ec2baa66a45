// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/loops/integer_tile.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define EW_X86_TILES
#endif

namespace ew::cpu {

// What each file has for integer_tile.cpp to choose from.
#ifdef EW_X86_TILES
const TileSet& avx512Tiles();
const TileSet& avxVnniTiles();
const TileSet& avx2Tiles();
#endif
const TileSet& plainTiles();

}  // namespace ew::cpu
