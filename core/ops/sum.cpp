// SPDX-License-Identifier: Apache-2.0
#include "core/ops/inference.h"
#include "core/ops/variadic.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  EW_TRY(dispatchFloat(context.inputs[0].dtype(), []<class T>() {}));
  EW_ASSIGN(context.outputs[0], foldInputs(context, [](auto a, auto b) { return static_cast<decltype(a)>(a + b); }));
  return {};
}

}  // namespace

OpDef sumOp() { return {.name = "Sum", .infer = inferBroadcast, .compute = compute}; }

}  // namespace ew::ops
