// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/int8_depthwise.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#endif

namespace ew::cpu {
namespace {

#if defined(__x86_64__) && defined(__GNUC__)
/// AVX-VNNI, which the compiler's runtime does not know everywhere.
bool hasAvxVnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1U << 4)) != 0;
}
#endif

std::vector<DepthwiseSet> known() {
  std::vector<DepthwiseSet> sets;
#if defined(__x86_64__) && defined(__GNUC__)
  const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni"))
    sets.push_back({"vnni512", 64, depthwiseAvx512});
  if (avx2 && hasAvxVnni()) sets.push_back({"vnni256", 32, depthwiseAvxVnni});
  if (avx2) sets.push_back({"int16x256", 32, depthwiseAvx2});
#endif
  sets.push_back({"plain", 32, depthwisePlain});
  return sets;
}

}  // namespace

std::span<const DepthwiseSet> depthwiseSets() {
  static const std::vector<DepthwiseSet> sets = known();
  return sets;
}

}  // namespace ew::cpu
