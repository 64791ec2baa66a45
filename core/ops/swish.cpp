// SPDX-License-Identifier: Apache-2.0
// Swish, and SwiGLU, which multiplies it with a second operand of the same shape.
#include <cmath>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

template <class T>
T swish(T x, T alpha) {
  return x / (1 + std::exp(-alpha * x));
}

Status computeSwish(ComputeContext& context) {
  const float alpha = context.node.attributes.getFloat("alpha", 1);
  return unaryFloat(context, [alpha](auto x) { return swish(x, static_cast<decltype(x)>(alpha)); });
}

Status inferSwiGLU(InferContext& context) {
  EW_TRY(inferSameAsInput(context));
  if (!context.outputs[0].shape) context.outputs[0].shape = context.inputs[1].shape;
  return {};
}

Status computeSwiGLU(ComputeContext& context) {
  const Tensor& a = context.inputs[0];
  const Tensor& b = context.inputs[1];
  if (a.dims() != b.dims()) return invalid("A of shape " + dimsText(a.dims()) + " and B of shape " + dimsText(b.dims()) + " differ");
  EW_ASSIGN(Tensor out, broadcastOutput(context, a.dtype()));
  const float alpha = context.node.attributes.getFloat("alpha", 1);
  EW_TRY(dispatchFloat(a.dtype(), [&]<class T>() {
    mapPairs<T, T>(a, b, out, [alpha](auto gate, auto value) { return swish(gate, static_cast<decltype(gate)>(alpha)) * value; });
  }));
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef swishOp() { return {.name = "Swish", .sinceVersion = 24, .infer = inferSameAsInput, .compute = computeSwish}; }
OpDef swiGLUOp() {
  return {.name = "SwiGLU", .sinceVersion = 28, .infer = inferSwiGLU, .compute = computeSwiGLU, .requiredInputs = 2, .mostInputs = 2};
}

}  // namespace ew::ops
