// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "core/ops/arithmetic.h"
#include "core/ops/arithmetic.h"
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

/// Before version 7 a slope of C values, not aligned to the right, belongs to axis 1.
Dims slopeDims(const ComputeContext& context) {
  const Dims& x = context.inputs[0].dims();
  const Tensor& slope = context.inputs[1];
  if (context.opset >= 7 || x.size() < 3 || slope.rank() != 1 || slope.dim(0) != x[1]) return slope.dims();
  Dims out(x.size() - 1, 1);
  out[0] = x[1];
  return out;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Dims slope = slopeDims(context);
  if (x.dtype() != context.inputs[1].dtype()) return invalid("X and slope have different element types");
  if (!broadcastsTo(slope, x.dims())) return invalid("slope of shape " + dimsText(slope) + " does not broadcast to " + dimsText(x.dims()));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchNumber(x.dtype(), [&]<class T>() {
    mapPairs<T, T>(x, context.inputs[1].reshaped(slope), y,
                   [](auto value, auto factor) { return value < decltype(value){0} ? wrapping(std::multiplies<>())(value, factor) : value; });
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef pReluOp() { return {.name = "PRelu", .infer = inferSameAsInput, .compute = compute, .requiredInputs = 2}; }

}  // namespace ew::ops
