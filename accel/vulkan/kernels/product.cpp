// SPDX-License-Identifier: Apache-2.0
// Matrix products: Gemm, MatMul and their integer forms on gemm.comp.
#include "accel/vulkan/kernels/common.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/matmul_shape.h"

namespace ew::vulkan {
namespace {

/// One product and how its operands lie.
struct Product {
  ops::MatMulShape shape;
  std::int64_t aRow = 0, aStep = 1, bStep = 0, bColumn = 1, cRow = 0, cColumn = 0;
  std::int64_t batches() const { return elementCount(shape.batch); }
};

Result<Product> fromMatMul(const Dims& a, const Dims& b) {
  Product out;
  EW_ASSIGN(out.shape, ops::matmulShape(a, b));
  out.aRow = out.shape.k;
  out.bStep = out.shape.n;
  return out;
}

Result<Product> fromGemm(const Node& node, const Dims& a, const Dims& b) {
  EW_ASSIGN(const ops::GemmShape gemm, ops::gemmShape(node, a, b));
  Product out;
  out.shape.m = gemm.m;
  out.shape.k = gemm.k;
  out.shape.n = gemm.n;
  out.aRow = gemm.transA ? 1 : gemm.k;
  out.aStep = gemm.transA ? gemm.m : 1;
  out.bStep = gemm.transB ? 1 : gemm.n;
  out.bColumn = gemm.transB ? gemm.k : 1;
  return out;
}

MaybeReason refusalOfProduct(const Result<Product>& product) {
  if (!product.ok()) return refusedBy(product);
  if (product->batches() > mostGroups || product->shape.m > 4 * mostGroups || product->shape.n > 64 * mostGroups)
    return Reason{ReasonCode::TooLarge, "more groups of invocations than devices take"};
  return std::nullopt;
}

/// B; a constant one is transposed where neighbouring columns do not lie side by side.
SlotId readB(Builder& builder, ValueId id, Product& product) {
  const Tensor* constant = builder.constant(id);
  if (constant == nullptr || product.bColumn == 1) return builder.read(id);
  const std::vector<std::uint32_t> words = toDevice(*constant);
  const auto rows = static_cast<std::size_t>(product.shape.k), columns = static_cast<std::size_t>(product.shape.n);
  std::vector<std::uint32_t> turned(words.size());
  for (std::size_t j = 0; j < columns; ++j)
    for (std::size_t p = 0; p < rows; ++p) turned[p * columns + j] = words[j * rows + p];
  product.bStep = product.shape.n;
  product.bColumn = 1;
  return builder.table(turned);
}

Status setBias(const Builder& builder, ValueId id, Product& product) {
  if (id == kNone) return {};
  const Dims dims = builder.dims(id), out{product.shape.m, product.shape.n};
  if (!ops::broadcastsTo(dims, out)) return invalid("C of shape " + dimsText(dims) + " does not broadcast to " + dimsText(out));
  const Dims strides = ops::broadcastStrides(dims, out);
  product.cRow = strides[0];
  product.cColumn = strides[1];
  return {};
}

/// Where the matrices of each pair start.
Words pairTable(const Product& product) {
  Words table;
  ops::forEachMatrixPair(product.shape, [&](std::int64_t a, std::int64_t b, std::int64_t) { table.u(a).u(b); });
  return table;
}

Words parameters(const Product& p) {
  Words push;
  return push.u(p.shape.m).u(p.shape.k).u(p.shape.n).u(p.aRow).u(p.aStep).u(p.bStep).u(p.bColumn).u(p.cRow).u(p.cColumn);
}

std::array<std::uint32_t, 3> groupsOf(const Product& p) {
  return {static_cast<std::uint32_t>((p.shape.n + 63) / 64), static_cast<std::uint32_t>((p.shape.m + 3) / 4), static_cast<std::uint32_t>(p.batches())};
}

Status buildFloat(Builder& builder, const Group& group, Product product, ValueId c, float alpha, float beta) {
  const Node& node = *group.anchor;
  EW_TRY(setBias(builder, c, product));
  const SlotId b = readB(builder, node.input(1), product);
  Dispatch dispatch;
  dispatch.shader = ShaderId::Gemm;
  dispatch.constants = {group.activation.number, c != kNone ? 1U : 0U, 0U, 0U};
  dispatch.push = parameters(product).f(alpha).f(beta).f(group.activation.a).f(group.activation.b).u(0).u(0).u(0).u(0);
  dispatch.slots = {builder.read(node.input(0)), b, c != kNone ? builder.read(c) : noSlot, builder.table(pairTable(product).all()),
                    builder.write(group.output())};
  dispatch.groups = groupsOf(product);
  builder.add(std::move(dispatch));
  return {};
}

/// What an integer product needs beyond its shape.
struct Scaling {
  ops::QuantParameters a, b;
  float alpha = 1;
  std::optional<ops::QuantParameters> y;  ///< nothing: the result is float
  bool fixed = false;
};

Status buildInteger(Builder& builder, const Node& node, Product product, const Scaling& scaling, ValueId c) {
  EW_TRY(setBias(builder, c, product));
  Words table = pairTable(product);
  for (std::size_t j = 0; j < static_cast<std::size_t>(product.shape.n); ++j) {
    // alpha is 1 but for QGemm, and a product with 1 is exact.
    const float multiplier = (scaling.alpha * scaling.a.scale()) * scaling.b.scale(j);
    EW_ASSIGN(const Requant requant, requantFor(scaling.y ? multiplier / scaling.y->scale() : multiplier, scaling.fixed && scaling.y.has_value()));
    table.u(scaling.b.zeroPoint(j)).u(requant.factor).u(requant.shift);
  }
  const ByteRange range = rangeOf(builder.dtype(node.output(0)));
  const SlotId b = readB(builder, node.input(3), product);
  Dispatch dispatch;
  dispatch.shader = ShaderId::QGemm;
  dispatch.constants = {0U, c != kNone ? 1U : 0U, scaling.fixed ? 1U : 0U, scaling.y ? 0U : 1U};
  dispatch.push = parameters(product).f(0).f(0).f(0).f(0).u(scaling.a.zeroPoint()).u(scaling.y ? scaling.y->zeroPoint() : 0).u(range.low).u(range.high);
  dispatch.slots = {builder.read(node.input(0)), b, c != kNone ? builder.read(c) : noSlot, builder.table(table.all()), builder.write(node.output(0))};
  dispatch.groups = groupsOf(product);
  builder.add(std::move(dispatch));
  return {};
}

}  // namespace

MaybeReason refusalOfGemm(const Graph& graph, const Node& node) {
  return first({needsFloat(graph, node, {0, 1, 2}), refusalOfProduct(fromGemm(node, dimsOf(graph, node.input(0)), dimsOf(graph, node.input(1))))});
}

Status buildGemm(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  EW_ASSIGN(const Product product, fromGemm(node, builder.dims(node.input(0)), builder.dims(node.input(1))));
  return buildFloat(builder, group, product, node.input(2), node.attributes.getFloat("alpha", 1.0F), node.attributes.getFloat("beta", 1.0F));
}

MaybeReason refusalOfMatMul(const Graph& graph, const Node& node) {
  return first({needsFloat(graph, node, {0, 1}), refusalOfProduct(fromMatMul(dimsOf(graph, node.input(0)), dimsOf(graph, node.input(1))))});
}

Status buildMatMul(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  EW_ASSIGN(const Product product, fromMatMul(builder.dims(node.input(0)), builder.dims(node.input(1))));
  return buildFloat(builder, group, product, kNone, 1, 0);
}

MaybeReason refusalOfQLinearMatMul(const Graph& graph, const Node& node) {
  if (const auto& shape = graph.value(node.input(1)).shape; shape && shape->elements().value_or(0) != 1)
    return Reason{ReasonCode::AttributeNotSupported, "a_scale by row"};
  return first({needsBytes(graph, node, {0, 3}), needsConstants(graph, node, {1, 2, 4, 5, 6, 7}), refusedBy(ops::usesFixedPoint(node)),
                refusalOfProduct(fromMatMul(dimsOf(graph, node.input(0)), dimsOf(graph, node.input(3))))});
}

Status buildQLinearMatMul(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ops::ComputeContext operands = constantOperands(builder, node);
  EW_ASSIGN(const Product product, fromMatMul(builder.dims(node.input(0)), builder.dims(node.input(3))));
  Scaling scaling;
  EW_ASSIGN(scaling.a, ops::quantParameters(operands, 1, 2, builder.dtype(node.input(0))));
  EW_ASSIGN(scaling.b, ops::quantParameters(operands, 4, 5, builder.dtype(node.input(3)), product.shape.n));
  EW_ASSIGN(scaling.y, ops::quantParameters(operands, 6, 7, builder.dtype(node.output(0))));
  EW_ASSIGN(scaling.fixed, ops::usesFixedPoint(node));
  return buildInteger(builder, node, product, scaling, kNone);
}

MaybeReason refusalOfQGemm(const Graph& graph, const Node& node) {
  if (node.input(6) != kNone && dtypeOf(graph, node.input(6)) != DType::i32)
    return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(dtypeOf(graph, node.input(6))))};
  return first({needsBytes(graph, node, {0, 3}), needsConstants(graph, node, {1, 2, 4, 5, 7, 8}), refusedBy(ops::usesFixedPoint(node)),
                refusalOfProduct(fromGemm(node, dimsOf(graph, node.input(0)), dimsOf(graph, node.input(3))))});
}

Status buildQGemm(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  const ops::ComputeContext operands = constantOperands(builder, node);
  EW_ASSIGN(const Product product, fromGemm(node, builder.dims(node.input(0)), builder.dims(node.input(3))));
  Scaling scaling;
  scaling.alpha = node.attributes.getFloat("alpha", 1.0F);
  EW_ASSIGN(scaling.a, ops::quantParameters(operands, 1, 2, builder.dtype(node.input(0))));
  EW_ASSIGN(scaling.b, ops::quantParameters(operands, 4, 5, builder.dtype(node.input(3)), product.shape.n));
  if (operands.has(7)) {
    EW_ASSIGN(scaling.y, ops::quantParameters(operands, 7, 8, builder.dtype(node.output(0))));
  }
  EW_ASSIGN(scaling.fixed, ops::usesFixedPoint(node));
  return buildInteger(builder, node, product, scaling, node.input(6));
}

}  // namespace ew::vulkan
