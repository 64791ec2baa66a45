// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  // softplus written so that it neither overflows nor loses small values.
  return unaryFloat(context, [](auto x) {
    using T = decltype(x);
    return x * std::tanh(std::fmax(x, T{0}) + std::log1p(std::exp(-std::fabs(x))));
  });
}

}  // namespace

OpDef mishOp() { return {.name = "Mish", .sinceVersion = 18, .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
