// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/bf16_layers.h"
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/post_ops.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/matmul_shape.h"

namespace ew::cpu {
namespace {

/// A [m, k] times constant weights [n, k] plus a constant bias.
struct Dense {
  std::int64_t m = 0, k = 0, n = 0;
  ValueId source = kNone;
  Desc sourceDesc;       ///< [m, k] over the row-major source
  Tensor weights;
  Desc weightsDesc;      ///< [n, k] over `weights`
  Tensor bias;           ///< [n]; absent when there is none
};

Tensor scaled(const Tensor& tensor, float factor) {
  if (factor == 1) return tensor;
  Tensor out = tensor;
  for (float& value : out.mutableData<float>()) value *= factor;
  return out;
}

/// A constant that adds the same to every row, as n values; false for anything else.
bool rowBias(const Tensor& c, std::int64_t n, float factor, Tensor& out) {
  if (c.dtype() != DType::f32 || (c.size() != n && c.size() != 1)) return false;
  if (c.size() != 1 && c.dim(c.rank() - 1) != n) return false;
  out = Tensor::zeros(DType::f32, {n});
  const std::span<float> to = out.mutableData<float>();
  for (std::size_t j = 0; j < to.size(); ++j) to[j] = c.data<float>()[c.size() == 1 ? 0 : j] * factor;
  return true;
}

bool addDense(Builder& builder, const Group& group, const Dense& dense) {
  if (builder.bf16().layers.contains(group.anchor->id))
    return addBf16Product(builder, group, {dense.m, dense.k, dense.n}, dense.weights, dense.weightsDesc, dense.bias);
  const Desc source({dense.m, dense.k}, DataType::f32, Tag::ab), result({dense.m, dense.n}, DataType::f32, Tag::ab);
  const Desc bias = dense.bias.present() ? Desc({dense.n}, DataType::f32, Tag::a) : Desc();
  const dnnl::inner_product_forward::desc what(dnnl::prop_kind::forward_inference, dense.sourceDesc,
                                               Desc({dense.n, dense.k}, DataType::f32, Tag::any), bias, result);
  const dnnl::inner_product_forward::primitive_desc desc(what, attributesFor(group, ResidualWay::Sum), engine());
  const dnnl::inner_product_forward primitive(desc);
  const SlotId from = builder.readPlain(dense.source);
  const Desc outDesc = plainDesc(DType::f32, builder.dims(group.output()));
  const SlotId to = residualOf(group) == kNone ? builder.write(group.output(), outDesc) : placeOverResidual(builder, group, outDesc, from);
  std::vector<DnnlArg> args{{DNNL_ARG_SRC, dense.sourceDesc, from},
                            {DNNL_ARG_WEIGHTS, desc.weights_desc(), builder.packConstant(dense.weights, dense.weightsDesc, desc.weights_desc())},
                            {DNNL_ARG_DST, result, to}};
  if (dense.bias.present()) args.push_back({DNNL_ARG_BIAS, bias, builder.addConstant(dense.bias)});
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc), std::move(args));
  return true;
}

/// Extents of a product with leading axes filled up to the same rank.
Dims withRank(const Dims& dims, std::size_t rank) {
  Dims out(rank - dims.size(), 1);
  out.insert(out.end(), dims.begin(), dims.end());
  return out;
}

/// Both operands are values: one product for each pair of matrices.
bool addProduct(Builder& builder, const Group& group, const Dims& a, const Dims& b) {
  const Node& node = *group.anchor;
  const std::size_t rank = std::max(a.size(), b.size());
  const Dims y = builder.dims(group.output());
  if (y.size() != rank) return false;
  const Desc aDesc = plainDesc(DType::f32, withRank(a, rank)), bDesc = plainDesc(DType::f32, withRank(b, rank));
  const Desc yDesc = plainDesc(DType::f32, y);
  const dnnl::matmul::primitive_desc desc({aDesc, bDesc, yDesc}, attributesFor(group, ResidualWay::Sum), engine());
  const dnnl::matmul primitive(desc);
  const SlotId from = builder.readPlain(node.input(0)), with = builder.readPlain(node.input(1));
  if (residualOf(group) != kNone) return false;
  const SlotId to = builder.write(group.output(), yDesc);
  builder.add(primitive, desc.scratchpad_desc(), dnnlName(desc),
              {{DNNL_ARG_SRC, aDesc, from}, {DNNL_ARG_WEIGHTS, bDesc, with}, {DNNL_ARG_DST, yDesc, to}});
  return true;
}

bool floats(const Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  for (const ValueId id : {node.input(0), node.input(1), node.output(0), group.output()})
    if (!builder.isStatic(id) || builder.dtype(id) != DType::f32) return false;
  return true;
}

}  // namespace

Result<bool> addGemm(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (!floats(builder, group)) return false;
  EW_ASSIGN(const ops::GemmShape shape, ops::gemmShape(node, builder.dims(node.input(0)), builder.dims(node.input(1))));
  const Tensor* B = builder.constant(node.input(1));
  const Tensor* C = builder.constant(node.input(2));
  if (B == nullptr || (node.input(2) != kNone && C == nullptr)) return false;
  Dense dense{shape.m, shape.k, shape.n, node.input(0), {}, scaled(*B, node.attributes.getFloat("alpha", 1)), {}, {}};
  if (C != nullptr && !rowBias(*C, shape.n, node.attributes.getFloat("beta", 1), dense.bias)) return false;
  if (shape.transA && shape.m != 1) return false;
  dense.sourceDesc = Desc({shape.m, shape.k}, DataType::f32, Tag::ab);
  dense.weightsDesc = shape.transB ? Desc({shape.n, shape.k}, DataType::f32, Tag::ab) : Desc({shape.n, shape.k}, DataType::f32, Tag::ba);
  return addDense(builder, group, dense);
}

Result<bool> addMatMul(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  if (!floats(builder, group)) return false;
  const Dims a = builder.dims(node.input(0)), b = builder.dims(node.input(1));
  if (a.size() < 2 || b.size() < 2) return false;
  EW_ASSIGN(const ops::MatMulShape shape, ops::matmulShape(a, b));
  const Tensor* B = builder.constant(node.input(1));
  if (B == nullptr || b.size() != 2) return group.bias == kNone && addProduct(builder, group, a, b);
  const std::int64_t rows = elementCount(a) / shape.k;
  Dense dense{rows, shape.k, shape.n, node.input(0), Desc({rows, shape.k}, DataType::f32, Tag::ab), *B,
              Desc({shape.n, shape.k}, DataType::f32, Tag::ba), {}};
  if (group.bias != kNone && !rowBias(*builder.constant(group.bias), shape.n, 1, dense.bias)) return false;
  return addDense(builder, group, dense);
}

}  // namespace ew::cpu
