// SPDX-License-Identifier: Apache-2.0
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  // Written so that NaN stays NaN.
  return unaryNumber(context, [](auto x) { return x < decltype(x){0} ? decltype(x){0} : x; });
}

}  // namespace

OpDef reluOp() { return {.name = "Relu", .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
