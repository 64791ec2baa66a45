// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <type_traits>

#include "core/ops/element_facts.h"
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

/// fmod: the sign of the dividend (C). Otherwise the sign of the divisor (Python).
template <class T>
T remainder(T a, T b, bool fmod) {
  if constexpr (std::is_floating_point_v<T>) {
    const T rest = std::fmod(a, b);
    return fmod || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b;
  } else {
    if constexpr (std::is_signed_v<T>)
      if (b == -1) return 0;  // the quotient of the lowest integer would overflow
    const auto rest = static_cast<T>(a % b);
    return fmod || rest == 0 || (rest < 0) == (b < 0) ? rest : static_cast<T>(rest + b);
  }
}

Status compute(ComputeContext& context) {
  const bool fmod = context.node.attributes.getInt("fmod", 0) != 0;
  bool byZero = false;
  EW_TRY(binaryNumber(context, [&](auto a, auto b) {
    using T = decltype(a);
    if (std::is_integral_v<T> && b == T{0}) {
      byZero = true;
      return T{0};
    }
    return remainder(a, b, fmod);
  }));
  if (byZero) return invalid("remainder of a division by zero");
  return {};
}

Status infer(InferContext& context) {
  joinElements(context, elementRemainder);
  return inferBroadcast(context);
}

}  // namespace

OpDef modOp() { return {.name = "Mod", .sinceVersion = 10, .infer = infer, .compute = compute, .requiredInputs = 2, .mostInputs = 2}; }

}  // namespace ew::ops
