// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Compiles a function for several generations of processors; the loader picks one. Vector code computes what the plain
/// loop says (no fused multiply-add, no reordering), so the bytes are the same everywhere.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define EW_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EW_CLONES
#endif
