// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  return unaryFloat(context, [](auto x) {
    using T = decltype(x);
    return x * std::fmax(T{0}, std::fmin(T{1}, x / 6 + T{0.5}));
  });
}

}  // namespace

OpDef hardSwishOp() { return {.name = "HardSwish", .sinceVersion = 14, .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
