// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/integer_product.h"
#include "accel/cpu/kernels/kernels.h"
#include "core/ops/gemm_shape.h"
#include "core/ops/matmul_shape.h"

namespace ew::cpu {
namespace {

bool addProduct(Builder& builder, const Node& node, const ProductShape& shape, const QuantizedLayer& layer) {
  const TileSet& set = *tileSets()[0];
  const auto packed = builder.derived<PackedFilters>(
      weightKey(layer, set) + (shape.columnsFirst ? " columns " : " rows ") + std::to_string(shape.k) + " " + std::to_string(shape.n), {layer.w},
      [&] { return std::make_shared<const PackedFilters>(IntegerProduct::pack(shape, layer, set)); },
      [](const PackedFilters& filters) { return filters.weights.size(); });
  const auto product = std::make_shared<const IntegerProduct>(shape, layer, packed);
  const SlotId from = builder.readPlain(node.input(0)), to = builder.writePlain(node.output(0));
  std::vector<SlotId> writes{to};
  const SlotId copy = product->scratchBytes() > 0 ? builder.scratch(product->scratchBytes()) : kNoSlot;
  if (copy != kNoSlot) writes.push_back(copy);
  const auto body = [=](Storage& storage) {
    product->run(storage.as<std::uint8_t>(from), storage.as<std::uint8_t>(to), copy == kNoSlot ? nullptr : storage.as<std::uint8_t>(copy));
  };
  builder.add(std::make_unique<LoopKernel>(set.name, body), {from}, std::move(writes));
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
  const auto layer = quantizedLayer(builder, node, operands, shape.n, node.attributes.getFloat("alpha", 1));
  if (!layer) return false;
  return addProduct(builder, node, {shape.m, shape.k, shape.n, shape.transB}, *layer);
}

Result<bool> addQLinearMatMul(Builder& builder, const Group& group) {
  const Node& node = *group.anchor;
  constexpr LayerInputs operands{.x = 0, .xScale = 1, .xZero = 2, .w = 3, .wScale = 4, .wZero = 5, .yScale = 6, .yZero = 7, .bias = 8};
  if (!operandsAreStatic(builder, node, 0, 3)) return false;
  const Dims a = builder.dims(node.input(0)), b = builder.dims(node.input(3));
  if (a.empty() || b.size() != 2) return false;
  EW_ASSIGN(const ops::MatMulShape shape, ops::matmulShape(a, b));
  const auto layer = quantizedLayer(builder, node, operands, shape.n);
  if (!layer) return false;
  return addProduct(builder, node, {elementCount(a) / shape.k, shape.k, shape.n, false}, *layer);
}

}  // namespace ew::cpu
