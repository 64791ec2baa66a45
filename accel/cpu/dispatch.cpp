// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/dispatch.h"

#include "accel/cpu/dnnl_support.h"
#include "core/base/processor.h"

namespace ew::cpu {
namespace {

std::string oneDnnName() {
  switch (dnnl::get_effective_cpu_isa()) {
    case dnnl::cpu_isa::sse41: return "SSE4.1";
    case dnnl::cpu_isa::avx: return "AVX";
    case dnnl::cpu_isa::avx2: return "AVX2";
    case dnnl::cpu_isa::avx2_vnni: return "AVX2 with VNNI";
    case dnnl::cpu_isa::avx512_core: return "AVX-512";
    case dnnl::cpu_isa::avx512_core_vnni: return "AVX-512 with VNNI";
    case dnnl::cpu_isa::avx512_core_bf16: return "AVX-512 with VNNI and BF16";
    case dnnl::cpu_isa::avx512_core_amx: return "AVX-512 with VNNI, BF16 and AMX";
    default: return "plain code";
  }
}

bool hasTiles() {
  const int mask = static_cast<int>(dnnl::cpu_isa::avx512_core_amx);
  return (static_cast<int>(dnnl::get_effective_cpu_isa()) & mask) == mask;
}

}  // namespace

#if defined(__x86_64__)

Dispatch dispatch() {
  Dispatch out;
  out.oneDnn = oneDnnName();
  const bool avx2 = __builtin_cpu_supports("avx2"), avx512 = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  out.vectors = avx512 ? "AVX-512" : avx2 ? "AVX2" : "SSE2";
  if (hasAvx512Vnni()) out.int8 = "AVX-512 VNNI";
  else if (hasAvxVnni()) out.int8 = "AVX-VNNI";
  else out.int8 = avx2 ? "AVX2, in three steps" : "plain loops";
  out.hasBf16 = hasBf16();
  out.tiles = hasTiles() ? "AMX int8 bf16" : "none";
  out.bfloat16 = !out.hasBf16 ? "none" : hasTiles() ? "AMX, AVX-512 BF16" : "AVX-512 BF16";
  return out;
}

#else

Dispatch dispatch() {
  Dispatch out;
  out.oneDnn = oneDnnName();
  out.vectors = "as compiled";
  out.int8 = "plain loops";
  out.bfloat16 = out.tiles = "none";
  return out;
}

#endif

}  // namespace ew::cpu
