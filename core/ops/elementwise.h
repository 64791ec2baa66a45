// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/broadcast.h"
#include "core/ops/dispatch.h"
#include "core/ops/op.h"

namespace ew::ops {

/// y[i] = f(x[i]) in Wide<T>; T is the element type of both.
template <class T, class F>
void mapElements(const Tensor& x, Tensor& y, F f) {
  const std::span<const T> from = x.data<T>();
  const std::span<T> to = y.mutableData<T>();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<T>(f(static_cast<Wide<T>>(from[i])));
}

/// Output 0 = f(input 0) for each element of a float tensor; f is called with float or double and returns the same.
template <class F>
Status unaryFloat(ComputeContext& context, F f) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() { mapElements<T>(x, y, f); }));
  context.outputs[0] = std::move(y);
  return {};
}

/// The same for integers too; f is called with float, double or the integer type.
template <class F>
Status unaryNumber(ComputeContext& context, F f) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchNumber(x.dtype(), [&]<class T>() { mapElements<T>(x, y, f); }));
  context.outputs[0] = std::move(y);
  return {};
}

/// y = f(a, b) with broadcasting, computed in Wide<T>. `y` has the broadcast extents and element type Out.
template <class T, class Out, class F>
void mapPairs(const Tensor& a, const Tensor& b, Tensor& y, F f) {
  const std::span<const T> left = a.data<T>();
  const std::span<const T> right = b.data<T>();
  const std::span<Out> to = y.mutableData<Out>();
  Walk<2> walk(y.dims(), {broadcastStrides(a.dims(), y.dims()), broadcastStrides(b.dims(), y.dims())});
  for (Out& element : to) {
    element = static_cast<Out>(f(static_cast<Wide<T>>(left[static_cast<std::size_t>(walk.offset(0))]),
                                 static_cast<Wide<T>>(right[static_cast<std::size_t>(walk.offset(1))])));
    walk.next();
  }
}

/// The two first inputs have one element type and broadcast: a zeroed tensor of `type` and the joint extents.
Result<Tensor> broadcastOutput(const ComputeContext& context, DType type);

/// Output 0 = f(input 0, input 1) with broadcasting over all numbers.
template <class F>
Status binaryNumber(ComputeContext& context, F f) {
  const Tensor& a = context.inputs[0];
  EW_ASSIGN(Tensor y, broadcastOutput(context, a.dtype()));
  EW_TRY(dispatchNumber(a.dtype(), [&]<class T>() { mapPairs<T, T>(a, context.inputs[1], y, f); }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace ew::ops
