// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  return unaryFloat(context, [](auto x) { return 1 / (1 + std::exp(-x)); });
}

}  // namespace

OpDef sigmoidOp() { return {.name = "Sigmoid", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
