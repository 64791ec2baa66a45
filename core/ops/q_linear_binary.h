// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/broadcast.h"
#include "core/ops/op.h"
#include "core/ops/quantized.h"

namespace ew::ops {

/// What com.microsoft.QLinearAdd and QLinearMul share. Inputs: A, A_scale, A_zero_point, B, B_scale, B_zero_point,
/// C_scale, C_zero_point; A and B are bytes that broadcast.
struct QLinearBinary {
  std::vector<std::int32_t> a, b;  ///< without zero points
  Dims aStrides, bStrides;         ///< in the extents of C
  QuantParameters aScaling, bScaling, cScaling;
  bool fixed = false;
  Tensor c;                        ///< zeroed
};

Result<QLinearBinary> qLinearBinary(const ComputeContext& context);
Status inferQLinearBinary(InferContext& context);

/// c[i] = f<T>(a, b) over the broadcast operands.
template <class F>
Status forEachPair(QLinearBinary& operands, F f) {
  return dispatchByte(operands.c.dtype(), [&]<class T>() {
    Walk<2> walk(operands.c.dims(), {operands.aStrides, operands.bStrides});
    for (T& element : operands.c.mutableData<T>()) {
      element = f.template operator()<T>(operands.a[static_cast<std::size_t>(walk.offset(0))], operands.b[static_cast<std::size_t>(walk.offset(1))]);
      walk.next();
    }
  });
}

}  // namespace ew::ops
