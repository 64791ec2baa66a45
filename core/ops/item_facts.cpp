// SPDX-License-Identifier: Apache-2.0
#include "core/ops/item_facts.h"

#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

/// What one sequence may hold: each item has some hundred bytes beside its content, which several may share.
constexpr std::size_t maxItems = 1'000'000;

}  // namespace

std::optional<Shape> commonShape(const std::optional<Shape>& a, const std::optional<Shape>& b) {
  if (!a || !b || a->rank() != b->rank()) return std::nullopt;
  Shape out = *a;
  for (std::size_t axis = 0; axis < out.rank(); ++axis)
    if (!(out[axis] == (*b)[axis])) out[axis] = Dim();
  return out;
}

ItemPtr commonItem(const ItemPtr& a, const ItemPtr& b) {
  if (a == nullptr || b == nullptr || a->dtype != b->dtype) return nullptr;
  return std::make_shared<const ItemFacts>(ItemFacts{a->dtype, commonShape(a->shape, b->shape), commonItem(a->item, b->item)});
}

ItemPtr itemOf(const ValueFacts& tensor) {
  if (tensor.dtype == DType::none) return nullptr;
  return std::make_shared<const ItemFacts>(ItemFacts{tensor.dtype, tensor.shape, tensor.item});
}

InferContext::Output outputOfItem(const ItemPtr& item) {
  InferContext::Output out;
  if (item == nullptr) return out;
  out.dtype = item->dtype;
  out.shape = item->shape;
  out.item = item->item;
  return out;
}

Result<const std::vector<Tensor>*> sequenceItems(const Tensor& tensor, const std::string& name) {
  if (tensor.dtype() != DType::sequence)
    return invalid(name + " must be a sequence, not " + std::string(dtypeName(tensor.dtype())));
  return &tensor.items();
}

Result<Tensor> makeSequence(std::vector<Tensor> items) {
  if (items.size() > maxItems) return limitReached("the sequence has over " + std::to_string(maxItems) + " items, the limit");
  for (const Tensor& item : items) {
    if (!item.present() || item.dtype() == DType::sequence || item.dtype() == DType::optional)
      return invalid("the items of a sequence must be tensors");
    if (item.dtype() != items.front().dtype())
      return invalid("the items of a sequence must have one element type, not " + std::string(dtypeName(items.front().dtype())) +
                     " and " + std::string(dtypeName(item.dtype())));
  }
  return Tensor::sequence(std::move(items));
}

Result<std::size_t> positionOf(const Tensor& tensor, std::size_t count, bool allowEnd) {
  EW_ASSIGN(const std::int64_t given, intOf(tensor, "position"));
  const auto size = static_cast<std::int64_t>(count);
  const std::int64_t last = allowEnd ? size : size - 1;
  if (given < -size || given > last)
    return invalid("position " + std::to_string(given) + " is outside a sequence of " + std::to_string(size));
  return static_cast<std::size_t>(given < 0 ? given + size : given);
}

}  // namespace ew::ops
