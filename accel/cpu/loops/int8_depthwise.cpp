// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/int8_depthwise.h"

#include "core/base/processor.h"

namespace ew::cpu {
namespace {

std::vector<DepthwiseSet> known() {
  std::vector<DepthwiseSet> sets;
#if defined(__x86_64__) && defined(__GNUC__)
  if (hasAvx512Vnni()) sets.push_back({"vnni512", 64, depthwiseAvx512});
  if (hasAvxVnni()) sets.push_back({"vnni256", 32, depthwiseAvxVnni});
  if (__builtin_cpu_supports("avx2")) sets.push_back({"int16x256", 32, depthwiseAvx2});
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
