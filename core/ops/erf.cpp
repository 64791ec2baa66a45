// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  return unaryNumber(context, [](auto x) { return static_cast<decltype(x)>(std::erf(x)); });
}

}  // namespace

OpDef erfOp() { return {.name = "Erf", .sinceVersion = 9, .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
