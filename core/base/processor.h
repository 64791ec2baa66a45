// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace ew {

// What the processor itself has, which decides about our own loops; a limit set for a library is the library's alone.

/// Dot products of bytes in 512-bit vectors (AVX512-VNNI), and all that the loops use beside them.
bool hasAvx512Vnni();
/// Dot products of bytes in 256-bit vectors (AVX-VNNI).
bool hasAvxVnni();

}  // namespace ew
