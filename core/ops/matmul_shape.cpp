// SPDX-License-Identifier: Apache-2.0
#include "core/ops/matmul_shape.h"

#include "core/ops/cost.h"
#include "core/ops/inference.h"

namespace ew::ops {

Result<MatMulShape> matmulShape(const Dims& a, const Dims& b) {
  const std::string both = "A of shape " + dimsText(a) + " and B of shape " + dimsText(b);
  if (a.empty() || b.empty()) return invalid(both + ": a scalar cannot be multiplied as a matrix");
  MatMulShape shape;
  const bool aVector = a.size() == 1, bVector = b.size() == 1;
  shape.m = aVector ? 1 : a[a.size() - 2];
  shape.k = a.back();
  shape.n = bVector ? 1 : b.back();
  if ((bVector ? b[0] : b[b.size() - 2]) != shape.k) return invalid(both + " do not fit");
  if (!aVector) shape.aBatch.assign(a.begin(), a.end() - 2);
  if (!bVector) shape.bBatch.assign(b.begin(), b.end() - 2);
  EW_ASSIGN(shape.batch, broadcastDims(shape.aBatch, shape.bBatch));
  shape.outDims = shape.batch;
  if (!aVector) shape.outDims.push_back(shape.m);
  if (!bVector) shape.outDims.push_back(shape.n);
  return shape;
}

Status inferMatMul(InferContext& context, std::size_t a, std::size_t b, DType type) {
  context.outputs[0].dtype = type;
  EW_ASSIGN(const auto left, rankedShape(context, a, 1));
  EW_ASSIGN(const auto right, rankedShape(context, b, 1));
  if (!left || !right) return {};
  const auto& A = left->dims();
  const auto& B = right->dims();
  EW_TRY(mergedDim(A.back(), B.size() == 1 ? B[0] : B[B.size() - 2], "columns of A and rows of B"));
  const Shape aBatch(A.size() == 1 ? std::vector<Dim>() : std::vector<Dim>(A.begin(), A.end() - 2));
  const Shape bBatch(B.size() == 1 ? std::vector<Dim>() : std::vector<Dim>(B.begin(), B.end() - 2));
  EW_ASSIGN(const Shape batch, broadcastShapes(std::vector<Shape>{aBatch, bBatch}));
  std::vector<Dim> dims = batch.dims();
  if (A.size() > 1) dims.push_back(A[A.size() - 2]);
  if (B.size() > 1) dims.push_back(B.back());
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Cost matmulCost(const Dims& a, const Dims& out) { return {work({elementsFrom(out, 0), a.empty() ? 1 : a.back()}), 0}; }

}  // namespace ew::ops
