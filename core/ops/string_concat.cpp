// SPDX-License-Identifier: Apache-2.0
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& y = context.inputs[1];
  if (x.dtype() != DType::string) return invalid("X must hold strings, not " + std::string(dtypeName(x.dtype())));
  EW_ASSIGN(Tensor out, broadcastOutput(context, DType::string));
  Walk<2> walk(out.dims(), {broadcastStrides(x.dims(), out.dims()), broadcastStrides(y.dims(), out.dims())});
  for (std::string& text : out.mutableStringData()) {
    text = x.stringData()[static_cast<std::size_t>(walk.offset(0))] + y.stringData()[static_cast<std::size_t>(walk.offset(1))];
    walk.next();
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef stringConcatOp() {
  return {.name = "StringConcat", .sinceVersion = 20, .infer = inferBroadcast, .compute = compute, .requiredInputs = 2, .mostInputs = 2};
}

}  // namespace ew::ops
