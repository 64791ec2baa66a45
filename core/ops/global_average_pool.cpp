// SPDX-License-Identifier: Apache-2.0
#include "core/ops/dispatch.h"
#include "core/ops/pool.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const PoolShape shape, globalPoolShape(x.dims()));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), shape.outDims));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    const auto plane = static_cast<std::size_t>(shape.inPlane());
    const T* from = x.data<T>().data();
    for (T& mean : y.mutableData<T>()) {
      double sum = 0;
      for (std::size_t i = 0; i < plane; ++i) sum += static_cast<double>(static_cast<Wide<T>>(*from++));
      mean = static_cast<T>(static_cast<Wide<T>>(plane > 0 ? sum / static_cast<double>(plane) : 0));
    }
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef globalAveragePoolOp() { return {.name = "GlobalAveragePool", .infer = inferGlobalPool, .compute = compute, .cost = globalPoolCost}; }

}  // namespace ew::ops
