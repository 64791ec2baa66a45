// SPDX-License-Identifier: Apache-2.0
#include "core/ops/elementwise.h"

namespace ew::ops {

Result<Tensor> broadcastOutput(const ComputeContext& context, DType type) {
  const Tensor& a = context.inputs[0];
  const Tensor& b = context.inputs[1];
  if (a.dtype() != b.dtype())
    return invalid("operands of " + std::string(dtypeName(a.dtype())) + " and " + std::string(dtypeName(b.dtype())) + " do not match");
  EW_ASSIGN(Dims dims, broadcastDims(a.dims(), b.dims()));
  return Tensor::create(type, std::move(dims));
}

}  // namespace ew::ops
