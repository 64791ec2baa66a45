// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  return unaryFloat(context, [](auto x) { return x / (1 + std::fabs(x)); });
}

}  // namespace

OpDef softsignOp() { return {.name = "Softsign", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
