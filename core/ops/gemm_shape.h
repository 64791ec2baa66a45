// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/inference.h"
#include "core/ops/op.h"

namespace ew::ops {

/// The extents of Y [M, N] = A' [M, K] * B' [K, N], where A' and B' are A and B or their transposes (transA, transB).
struct GemmShape {
  std::int64_t m = 0, k = 0, n = 0;
  bool transA = false, transB = false;

  std::int64_t aAt(std::int64_t i, std::int64_t p) const { return transA ? p * m + i : i * k + p; }
  std::int64_t bAt(std::int64_t p, std::int64_t j) const { return transB ? j * k + p : p * n + j; }
};

/// Invalid when A and B are no matrices that fit.
inline Result<GemmShape> gemmShape(const Node& node, const Dims& a, const Dims& b) {
  GemmShape shape;
  shape.transA = node.attributes.getInt("transA", 0) != 0;
  shape.transB = node.attributes.getInt("transB", 0) != 0;
  if (a.size() != 2 || b.size() != 2 || a[shape.transA ? 0 : 1] != b[shape.transB ? 1 : 0])
    return invalid("A of shape " + dimsText(a) + " and B of shape " + dimsText(b) + " do not fit");
  shape.m = a[shape.transA ? 1 : 0];
  shape.k = a[shape.transA ? 0 : 1];
  shape.n = b[shape.transB ? 0 : 1];
  return shape;
}

/// Output 0 gets element type `type` and the shape of A (input `a`) times B (input `b`).
inline Status inferGemm(InferContext& context, std::size_t a, std::size_t b, DType type) {
  context.outputs[0].dtype = type;
  EW_ASSIGN(const auto A, rankedShape(context, a, 2, 2));
  EW_ASSIGN(const auto B, rankedShape(context, b, 2, 2));
  if (!A || !B) return {};
  const std::size_t transA = context.node.attributes.getInt("transA", 0) != 0, transB = context.node.attributes.getInt("transB", 0) != 0;
  EW_TRY(mergedDim((*A)[1 - transA], (*B)[transB], "columns of A and rows of B"));
  context.outputs[0].shape = Shape(std::vector<Dim>{(*A)[transA], (*B)[1 - transB]});
  return {};
}

}  // namespace ew::ops
