// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/dnnl_integer.h"
#include "accel/cpu/kernels/kernels.h"
#include "accel/cpu/loops/integer_product.h"
#include "accel/cpu/parallel.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/matmul_shape.h"

namespace ew::cpu {
namespace {

/// Rows [m, k] of bytes times constant weights, stored as [n, k] or [k, n].
struct Product {
  std::int64_t m = 0, k = 0, n = 0;
  bool columnsFirst = false;  ///< weights stored as [n, k]
  QuantizedLayer layer;

  std::size_t channelOf(std::size_t i) const {
    return columnsFirst ? i / static_cast<std::size_t>(k) : i % static_cast<std::size_t>(n);
  }
};

bool addByDnnl(Builder& builder, const Node& node, const Product& p) {
  const auto plan = dnnlPlan(p.layer, [&](std::size_t i) { return p.channelOf(i); }, true);
  if (!plan) return false;
  const Desc source({p.m, p.k}, *dnnlType(p.layer.xType), Tag::ab), result({p.m, p.n}, *dnnlType(plan->destination), Tag::ab);
  const Desc stored({p.n, p.k}, DataType::s8, p.columnsFirst ? Tag::ab : Tag::ba);
  const Desc bias = plan->bias.present() ? Desc({p.n}, DataType::s32, Tag::a) : Desc();
  const dnnl::inner_product_forward::desc what(dnnl::prop_kind::forward_inference, source, Desc({p.n, p.k}, DataType::s8, Tag::any), bias, result);
  const dnnl::inner_product_forward::primitive_desc desc(what, plan->attr, engine());
  if (std::string(desc.impl_info_str()).starts_with("ref")) return false;
  const dnnl::inner_product_forward primitive(desc);
  std::vector<DnnlArg> args{{DNNL_ARG_SRC, source, builder.readPlain(node.input(0))},
                            {DNNL_ARG_WEIGHTS, desc.weights_desc(), builder.packConstant(plan->weights, stored, desc.weights_desc())}};
  if (plan->bias.present()) args.push_back({DNNL_ARG_BIAS, bias, builder.addConstant(plan->bias)});
  addWithDestination(builder, p.layer, *plan, primitive, desc.scratchpad_desc(), dnnlName(desc), std::move(args), result, node.output(0));
  return true;
}

/// Constants of our own product: weights as [n, k] without zero points.
struct Exact {
  std::int64_t k = 0, n = 0;
  std::int32_t xZero = 0;
  std::vector<std::int16_t> weights;
  Requantize requantize;

  template <class T>
  void run(const T* x, std::byte* y, std::int64_t begin, std::int64_t end) const {
    std::vector<std::int16_t> row(static_cast<std::size_t>(k));
    std::vector<std::int32_t> sums(static_cast<std::size_t>(n));
    for (std::int64_t i = begin; i < end; ++i) {
      widenBytes(x + i * k, xZero, row.data(), k);
      integerProduct(row.data(), weights.data(), 1, n, k, sums.data());
      requantize(sums.data(), 0, n, y + i * n);
    }
  }
};

void addExact(Builder& builder, const Node& node, const Product& p) {
  std::vector<std::int16_t> stored = wideWeights(p.layer, [&](std::size_t i) { return p.channelOf(i); });
  if (!p.columnsFirst) {
    std::vector<std::int16_t> turned(stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i)
      turned[p.channelOf(i) * static_cast<std::size_t>(p.k) + i / static_cast<std::size_t>(p.n)] = stored[i];
    stored = std::move(turned);
  }
  const auto exact = std::make_shared<const Exact>(Exact{p.k, p.n, p.layer.xZero, std::move(stored), Requantize(p.layer)});
  const SlotId from = builder.readPlain(node.input(0)), to = builder.writePlain(node.output(0));
  const auto body = [=, m = p.m, isSigned = p.layer.xType == DType::i8](Storage& storage) {
    parallelFor(m, std::max<std::int64_t>(1, 65536 / (exact->k * exact->n)), [&](std::int64_t begin, std::int64_t end) {
      if (isSigned) exact->run(storage.as<std::int8_t>(from), storage.at(to), begin, end);
      else exact->run(storage.as<std::uint8_t>(from), storage.at(to), begin, end);
    });
  };
  builder.add(std::make_unique<LoopKernel>("int16", body), {from}, {to});
}

bool addProduct(Builder& builder, const Node& node, const Product& p) {
  const Desc plain = plainDesc(p.layer.yType, builder.dims(node.output(0)));
  try {
    if (addByDnnl(builder, node, p)) {
      // The product wrote [m, n]; the value has its own extents.
      builder.writeOver(node.output(0), plain, builder.placed(node.output(0)).slot);
      return true;
    }
  } catch (const dnnl::error&) {  // not in this form
  }
  addExact(builder, node, p);
  return true;
}

bool operandsAreStatic(const Builder& builder, const Node& node, std::size_t a, std::size_t b) {
  for (const ValueId id : {node.input(a), node.input(b), node.output(0)})
    if (!builder.isStatic(id)) return false;
  return builder.constant(node.input(a)) == nullptr;
}

}  // namespace

Result<bool> addQGemm(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  constexpr LayerInputs operands{.x = 0, .xScale = 1, .xZero = 2, .w = 3, .wScale = 4, .wZero = 5, .yScale = 7, .yZero = 8, .bias = 6};
  if (!operandsAreStatic(builder, node, 0, 3) || node.input(operands.yScale) == kNone) return false;
  EW_ASSIGN(const ops::GemmShape shape, ops::gemmShape(node, builder.dims(node.input(0)), builder.dims(node.input(3))));
  if (shape.transA && shape.m != 1) return false;
  auto layer = quantizedLayer(builder, node, operands, shape.n, node.attributes.getFloat("alpha", 1));
  if (!layer) return false;
  return addProduct(builder, node, {shape.m, shape.k, shape.n, shape.transB, *std::move(layer)});
}

Result<bool> addQLinearMatMul(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  constexpr LayerInputs operands{.x = 0, .xScale = 1, .xZero = 2, .w = 3, .wScale = 4, .wZero = 5, .yScale = 6, .yZero = 7, .bias = 8};
  if (!operandsAreStatic(builder, node, 0, 3)) return false;
  const Dims a = builder.dims(node.input(0)), b = builder.dims(node.input(3));
  if (a.empty() || b.size() != 2) return false;
  EW_ASSIGN(const ops::MatMulShape shape, ops::matmulShape(a, b));
  auto layer = quantizedLayer(builder, node, operands, shape.n);
  if (!layer) return false;
  return addProduct(builder, node, {elementCount(a) / shape.k, shape.k, shape.n, false, *std::move(layer)});
}

}  // namespace ew::cpu
