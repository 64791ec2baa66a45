// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

Status clipTo(ComputeContext& context, const Tensor* low, const Tensor* high) {
  const Tensor& x = context.inputs[0];
  for (const Tensor* bound : {low, high})
    if (bound != nullptr && (bound->dtype() != x.dtype() || bound->size() != 1))
      return invalid("min and max must be scalars of the type of the input");
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchNumber(x.dtype(), [&]<class T>() {
    using W = Wide<T>;
    const W least = low != nullptr ? static_cast<W>(low->data<T>()[0]) : std::numeric_limits<W>::lowest();
    const W most = high != nullptr ? static_cast<W>(high->data<T>()[0]) : std::numeric_limits<W>::max();
    // max first, then min: where the bounds cross, the upper one wins. NaN passes.
    mapElements<T>(x, y, [=](W value) {
      value = value < least ? least : value;
      return value > most ? most : value;
    });
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Status computeByAttribute(ComputeContext& context) {
  const Attributes& attributes = context.node.attributes;
  const DType type = context.inputs[0].dtype();
  Tensor low, high;
  EW_TRY(dispatchFloat(type, [&]<class T>() {
    using W = Wide<T>;
    if (attributes.has("min")) low = Tensor::scalar<T>(static_cast<T>(static_cast<W>(attributes.getFloat("min", 0))));
    if (attributes.has("max")) high = Tensor::scalar<T>(static_cast<T>(static_cast<W>(attributes.getFloat("max", 0))));
  }));
  return clipTo(context, low.present() ? &low : nullptr, high.present() ? &high : nullptr);
}

Status compute(ComputeContext& context) {
  return clipTo(context, context.has(1) ? &context.inputs[1] : nullptr, context.has(2) ? &context.inputs[2] : nullptr);
}

}  // namespace

OpDef clipBefore11Op() { return {.name = "Clip", .lastVersion = 10, .infer = inferSameAsInput, .compute = computeByAttribute}; }
OpDef clipOp() { return {.name = "Clip", .sinceVersion = 11, .infer = inferSameAsInput, .compute = compute}; }

}  // namespace ew::ops
