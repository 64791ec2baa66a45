// SPDX-License-Identifier: Apache-2.0
#include "core/ops/inference.h"
#include "core/ops/variadic.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const DType type = context.inputs[0].dtype();
  EW_TRY(dispatchFloat(type, []<class T>() {}));
  EW_ASSIGN(const Tensor sum, foldInputs(context, [](auto a, auto b) { return static_cast<decltype(a)>(a + b); }));
  EW_ASSIGN(Tensor out, Tensor::create(type, sum.dims()));
  EW_TRY(dispatchFloat(type, [&]<class T>() {
    const auto count = static_cast<Wide<T>>(context.inputs.size());
    mapElements<T>(sum, out, [count](auto x) { return x / count; });
  }));
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef meanOp() { return {.name = "Mean", .infer = inferBroadcast, .compute = compute}; }

}  // namespace ew::ops
