// SPDX-License-Identifier: Apache-2.0
#include <type_traits>

#include "core/ops/arithmetic.h"
#include "core/ops/legacy_broadcast.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_TRY(inferArithmetic(context, elementQuotient));
  // The quotient of floats is not rounded.
  if (!isInteger(context.outputs[0].dtype)) context.outputs[0].elements.reset();
  return {};
}

/// Truncates towards zero; the one quotient that does not fit (lowest / -1) wraps around as a product would.
template <class T>
T integerQuotient(T a, T b) {
  if constexpr (std::is_signed_v<T>)
    if (b == -1) return static_cast<T>(0 - static_cast<std::uint64_t>(a));
  return static_cast<T>(a / b);
}

Status compute(ComputeContext& context) {
  EW_TRY(alignLegacyOperand(context));
  bool byZero = false;
  EW_TRY(binaryNumber(context, [&byZero](auto a, auto b) {
    using T = decltype(a);
    if constexpr (std::is_integral_v<T>) {
      if (b == 0) {
        byZero = true;
        return T{0};
      }
      return integerQuotient(a, b);
    } else {
      return a / b;
    }
  }));
  if (byZero) return invalid("integer division by zero");
  return {};
}

}  // namespace

OpDef divOp() { return {.name = "Div", .infer = infer, .compute = compute, .requiredInputs = 2, .mostInputs = 2}; }

}  // namespace ew::ops
