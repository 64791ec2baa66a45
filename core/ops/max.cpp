// SPDX-License-Identifier: Apache-2.0
#include "core/ops/element_facts.h"
#include "core/ops/inference.h"
#include "core/ops/variadic.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  // NaN wins from either side: it differs from itself.
  EW_ASSIGN(context.outputs[0], foldInputs(context, [](auto a, auto b) { return a > b || a != a ? a : b; }));
  return {};
}

Status infer(InferContext& context) {
  foldElements(context, largerOf);
  return inferBroadcast(context);
}

}  // namespace

OpDef maxOp() { return {.name = "Max", .infer = infer, .compute = compute}; }

}  // namespace ew::ops
