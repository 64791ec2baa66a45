// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "accel/cpu/loops/float_tile.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define EW_X86_FLOAT_TILES
#endif

namespace ew::cpu {

// What each file has for float_tile.cpp to choose from.
#ifdef EW_X86_FLOAT_TILES
const FloatTileSet& avx512FloatTiles();
const FloatTileSet& avx2FloatTiles();
#endif
const FloatTileSet& plainFloatTiles();

}  // namespace ew::cpu
