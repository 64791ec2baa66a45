// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/sparse.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/matmul_shape.h"

namespace ew::cpu {

Result<bool> addGemm(Builder& builder, const Group& group);
Result<bool> addMatMul(Builder& builder, const Group& group);

namespace {

/// [n, k] times a factor, from [k, n] where `turned`.
Tensor rowsOf(const Tensor& weights, std::int64_t n, std::int64_t k, bool turned, float factor) {
  if (!turned && factor == 1) return weights.reshaped({n, k});
  Tensor out = Tensor::zeros(DType::f32, {n, k});
  const std::span<const float> from = weights.data<float>();
  const std::span<float> to = out.mutableData<float>();
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < k; ++j) to[static_cast<std::size_t>(i * k + j)] = from[static_cast<std::size_t>(turned ? j * n + i : i * k + j)] * factor;
  return out;
}

/// A bias that is the same for every row of the result, as n values; false for anything else.
bool setBias(const Tensor& c, std::int64_t n, float factor, SparseLayer& layer) {
  if (c.dtype() != DType::f32 || c.size() != n || (c.rank() > 0 && c.dim(c.rank() - 1) != n)) return false;
  layer.bias = rowsOf(c, 1, n, false, factor).reshaped({n});
  return true;
}

bool isCandidate(const Builder& builder, const Group& group, const Tensor* B) {
  const ValueId a = group.anchor->input(0);
  return B != nullptr && B->dtype() == DType::f32 && builder.dtype(a) == DType::f32 && builder.isStatic(a) &&
         builder.constant(a) == nullptr && builder.isStatic(group.output()) && hasManyZeros(*B);
}

Result<bool> describeGemm(const Builder& builder, const Group& group, SparseLayer& layer) {
  const Node& node = *group.anchor;
  const Tensor* B = builder.constant(node.input(1));
  const Tensor* C = builder.constant(node.input(2));
  if (!isCandidate(builder, group, B) || (node.input(2) != kNone && C == nullptr) || group.bias != kNone) return false;
  EW_ASSIGN(const ops::GemmShape shape, ops::gemmShape(node, builder.dims(node.input(0)), B->dims()));
  if (shape.transA) return false;
  layer.weights = rowsOf(*B, shape.n, shape.k, !shape.transB, node.attributes.getFloat("alpha", 1));
  layer.pixels = shape.m;
  return C == nullptr || setBias(*C, shape.n, node.attributes.getFloat("beta", 1), layer);
}

Result<bool> describeMatMul(const Builder& builder, const Group& group, SparseLayer& layer) {
  const Node& node = *group.anchor;
  const Tensor* B = builder.constant(node.input(1));
  if (!isCandidate(builder, group, B) || B->rank() != 2) return false;
  const Dims a = builder.dims(node.input(0));
  if (a.size() < 2) return false;
  EW_ASSIGN(const ops::MatMulShape shape, ops::matmulShape(a, B->dims()));
  layer.weights = rowsOf(*B, shape.n, shape.k, true, 1);
  layer.pixels = elementCount(a) / shape.k;
  return group.bias == kNone || setBias(*builder.constant(group.bias), shape.n, 1, layer);
}

Result<bool> addProduct(Builder& builder, const Group& group, SparseLayer& layer, Factory dense) {
  layer.matrix = true;
  layer.source = group.anchor->input(0);
  EW_ASSIGN(const bool done, addSparse(builder, group, layer, dense));
  return done ? Result<bool>(true) : dense(builder, group);
}

}  // namespace

Result<bool> addGemmWithZeros(Builder& builder, const Group& group) {
  SparseLayer layer;
  EW_ASSIGN(const bool fits, describeGemm(builder, group, layer));
  return fits ? addProduct(builder, group, layer, addGemm) : addGemm(builder, group);
}

Result<bool> addMatMulWithZeros(Builder& builder, const Group& group) {
  SparseLayer layer;
  EW_ASSIGN(const bool fits, describeMatMul(builder, group, layer));
  return fits ? addProduct(builder, group, layer, addMatMul) : addMatMul(builder, group);
}

}  // namespace ew::cpu
