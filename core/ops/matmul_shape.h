// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/ops/broadcast.h"
#include "core/ops/op.h"

namespace ew::ops {

/// numpy.matmul: A [..., M, K] times B [..., K, N] over broadcast leading axes; a vector counts as a row on the left and
/// as a column on the right, and its axis is missing in the result.
struct MatMulShape {
  std::int64_t m = 0, k = 0, n = 0;
  Dims batch;          ///< broadcast leading extents
  Dims aBatch, bBatch; ///< leading extents of the operands
  Dims outDims;
};

/// Invalid when the operands do not fit.
Result<MatMulShape> matmulShape(const Dims& a, const Dims& b);
/// Output 0 gets element type `type` and the shape of inputs `a` times `b`.
Status inferMatMul(InferContext& context, std::size_t a, std::size_t b, DType type);
Cost matmulCost(const Dims& a, const Dims& out);

/// Calls f(aBase, bBase, yBase) for each pair of matrices, with element offsets.
template <class F>
void forEachMatrixPair(const MatMulShape& shape, F f) {
  Walk<2> walk(shape.batch, {broadcastStrides(shape.aBatch, shape.batch), broadcastStrides(shape.bBatch, shape.batch)});
  const std::int64_t pairs = elementCount(shape.batch);
  for (std::int64_t pair = 0; pair < pairs; ++pair) {
    f(walk.offset(0) * shape.m * shape.k, walk.offset(1) * shape.k * shape.n, pair * shape.m * shape.n);
    walk.next();
  }
}

/// One row of A times B [K, N], added to N sums: row[j] += loadA(p) * loadB(p, j) for p = 0 .. K - 1.
template <class Acc, class LoadA, class LoadB>
void addRowTimesMatrix(std::int64_t k, std::int64_t n, Acc* row, LoadA loadA, LoadB loadB) {
  for (std::int64_t p = 0; p < k; ++p) {
    const Acc a = loadA(p);
    for (std::int64_t j = 0; j < n; ++j) row[j] += a * loadB(p, j);
  }
}

}  // namespace ew::ops
