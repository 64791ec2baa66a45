// SPDX-License-Identifier: Apache-2.0
#include "core/ops/inference.h"
#include "core/ops/variadic.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  // NaN wins from either side: it differs from itself.
  EW_ASSIGN(context.outputs[0], foldInputs(context, [](auto a, auto b) { return a > b || a != a ? a : b; }));
  return {};
}

}  // namespace

OpDef maxOp() { return {.name = "Max", .infer = inferBroadcast, .compute = compute}; }

}  // namespace ew::ops
