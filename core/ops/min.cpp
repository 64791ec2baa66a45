// SPDX-License-Identifier: Apache-2.0
#include "core/ops/element_facts.h"
#include "core/ops/inference.h"
#include "core/ops/variadic.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  // NaN wins from either side: it differs from itself.
  EW_ASSIGN(context.outputs[0], foldInputs(context, [](auto a, auto b) { return a < b || a != a ? a : b; }));
  return {};
}

Status infer(InferContext& context) {
  foldElements(context, smallerOf);
  return inferBroadcast(context);
}

}  // namespace

OpDef minOp() { return {.name = "Min", .infer = infer, .compute = compute}; }

}  // namespace ew::ops
