// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cumulative.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  return computeCumulative(context, 1, [](auto a, auto b) { return a * b; });
}

}  // namespace

OpDef cumProdOp() {
  return {.name = "CumProd", .sinceVersion = 26, .infer = inferSameAsInput, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops
