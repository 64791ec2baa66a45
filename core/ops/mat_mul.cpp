// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "core/ops/dispatch.h"
#include "core/ops/matmul_shape.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) { return inferMatMul(context, 0, 1, context.inputs[0].dtype); }

/// Floats are summed in double; integers wrap as they do in numpy, so in unsigned arithmetic.
template <class T>
using Sum = std::conditional_t<std::is_integral_v<T>, std::uint64_t, double>;

template <class T>
void multiply(const MatMulShape& shape, const Tensor& A, const Tensor& B, Tensor& Y) {
  const T* a = A.data<T>().data();
  const T* b = B.data<T>().data();
  T* y = Y.mutableData<T>().data();
  std::vector<Sum<T>> row(static_cast<std::size_t>(shape.n));
  forEachMatrixPair(shape, [&](std::int64_t aBase, std::int64_t bBase, std::int64_t yBase) {
    for (std::int64_t i = 0; i < shape.m; ++i) {
      std::ranges::fill(row, Sum<T>{});
      addRowTimesMatrix<Sum<T>>(
          shape.k, shape.n, row.data(), [&](std::int64_t p) { return static_cast<Sum<T>>(static_cast<Wide<T>>(a[aBase + i * shape.k + p])); },
          [&](std::int64_t p, std::int64_t j) { return static_cast<Sum<T>>(static_cast<Wide<T>>(b[bBase + p * shape.n + j])); });
      std::ranges::transform(row, y + yBase + i * shape.n, [](Sum<T> sum) { return static_cast<T>(static_cast<Wide<T>>(sum)); });
    }
  });
}

Status compute(ComputeContext& context) {
  const Tensor& A = context.inputs[0];
  const Tensor& B = context.inputs[1];
  if (A.dtype() != B.dtype()) return invalid("A and B have different element types");
  EW_ASSIGN(const MatMulShape shape, matmulShape(A.dims(), B.dims()));
  EW_ASSIGN(Tensor Y, Tensor::create(A.dtype(), shape.outDims));
  EW_TRY(dispatchNumber(A.dtype(), [&]<class T>() {
    if (Y.size() > 0) multiply<T>(shape, A, B, Y);
  }));
  context.outputs[0] = std::move(Y);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) { return matmulCost(inputs[0], outputs[0]); }

}  // namespace

OpDef matMulOp() { return {.name = "MatMul", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2}; }

}  // namespace ew::ops
