// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/loops/winograd_loops.h"

// 8 and 16 lanes; the target of the build itself is only there because Highway wants one.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "accel/cpu/loops/winograd_loops.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
#include "accel/cpu/loops/winograd_input-inl.h"
#include "accel/cpu/loops/winograd_output-inl.h"
#include "accel/cpu/loops/winograd_product-inl.h"
#include "accel/cpu/loops/winograd_weights-inl.h"
HWY_BEFORE_NAMESPACE();
namespace ew::cpu {
namespace HWY_NAMESPACE {
constexpr WinogradLoops loops{&transformInput, &transformWeights, &multiply, &transformOutput};
constexpr int rows[] = {rowsFor(1), rowsFor(2), rowsFor(3), rowsFor(4)};
}  // namespace HWY_NAMESPACE
}  // namespace ew::cpu
HWY_AFTER_NAMESPACE();
#endif

#if HWY_ONCE
namespace ew::cpu {

const WinogradLoops* winogradLoops([[maybe_unused]] int lanes) {
#if HWY_ARCH_X86
  static const auto targets = hwy::SupportedTargets();  // asking the processor takes long in a virtual machine
  if (lanes == 16 && (targets & HWY_AVX3) != 0) return &N_AVX3::loops;
  if (lanes == 8 && (targets & HWY_AVX2) != 0) return &N_AVX2::loops;
#endif
  return nullptr;
}

int winogradRows([[maybe_unused]] int lanes, [[maybe_unused]] int blocks) {
#if HWY_ARCH_X86
  return lanes == 16 ? N_AVX3::rows[blocks - 1] : N_AVX2::rows[blocks - 1];
#else
  return 1;
#endif
}

}  // namespace ew::cpu
#endif
