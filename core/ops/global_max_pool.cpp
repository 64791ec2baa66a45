// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/dispatch.h"
#include "core/ops/pool.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const PoolShape shape, globalPoolShape(x.dims()));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), shape.outDims));
  if (y.size() > 0 && x.size() == 0) return invalid("no maximum of an empty plane " + dimsText(x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    const auto plane = static_cast<std::size_t>(shape.inPlane());
    const T* from = x.data<T>().data();
    for (T& best : y.mutableData<T>()) {
      best = *std::max_element(from, from + plane, [](T a, T b) { return static_cast<Wide<T>>(a) < static_cast<Wide<T>>(b); });
      from += plane;
    }
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef globalMaxPoolOp() { return {.name = "GlobalMaxPool", .infer = inferGlobalPool, .compute = compute, .cost = globalPoolCost}; }

}  // namespace ew::ops
