// SPDX-License-Identifier: Apache-2.0
#include "core/base/processor.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>

namespace ew {

bool hasAvx512Vnni() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni");
}

/// The compiler's runtime does not know it everywhere.
bool hasAvxVnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1U << 4)) != 0;
}

}  // namespace ew
#else
namespace ew {

bool hasAvx512Vnni() { return false; }
bool hasAvxVnni() { return false; }

}  // namespace ew
#endif
