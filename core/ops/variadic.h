// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/ops/elementwise.h"

namespace ew::ops {

/// All inputs joined from the left by f(a, b), with broadcasting: Max, Min, Sum.
template <class F>
Result<Tensor> foldInputs(const ComputeContext& context, F f) {
  Tensor joined = context.inputs[0];
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    const Tensor& next = context.inputs[i];
    if (next.dtype() != joined.dtype()) return invalid("input " + std::to_string(i) + " differs from input 0 in element type");
    EW_ASSIGN(Dims dims, broadcastDims(joined.dims(), next.dims()));
    EW_ASSIGN(Tensor out, Tensor::create(joined.dtype(), std::move(dims)));
    EW_TRY(dispatchNumber(joined.dtype(), [&]<class T>() { mapPairs<T, T>(joined, next, out, f); }));
    joined = std::move(out);
  }
  return joined;
}

}  // namespace ew::ops
