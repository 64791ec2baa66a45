// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/pattern_parts.h"

#include <algorithm>
#include <cmath>

namespace ew::lowering {
namespace {

constexpr std::size_t mostFactors = 6;

/// Takes `id` apart as long as only the product itself reads it.
void collect(const PatternView& view, ValueId id, Product& product, bool isRoot) {
  const Node* node = view.graph.node(view.graph.producer(id));
  const bool isPrivate = isRoot || view.graph.consumers(id).size() == 1;
  if (const auto constant = scalarOf(view, id)) {
    product.factor *= *constant;
    return;
  }
  if (node == nullptr || !node->domain.empty() || node->inputs.size() != 2 || !isPrivate || product.nodes.size() >= mostFactors) {
    product.values.push_back(id);
    return;
  }
  const auto second = scalarOf(view, node->input(1));
  if (node->opType == "Mul") {
    product.nodes.push_back(node->id);
    collect(view, node->input(0), product, false);
    collect(view, node->input(1), product, false);
  } else if (node->opType == "Div" && second && *second != 0) {
    product.nodes.push_back(node->id);
    product.factor /= *second;
    collect(view, node->input(0), product, false);
  } else if (node->opType == "Pow" && second && (*second == 2 || *second == 3)) {
    product.nodes.push_back(node->id);
    product.values.insert(product.values.end(), static_cast<std::size_t>(*second), node->input(0));
  } else {
    product.values.push_back(id);
  }
}

/// Axes of a reduction as they are after opset 18 (an operand) or before (an attribute); empty when not constant.
std::vector<std::int64_t> axesOf(const PatternView& view, const Node& node) {
  if (node.input(1) == kNone) return node.attributes.getInts("axes");
  const Tensor* operand = view.graph.initializer(node.input(1));
  const auto values = operand != nullptr ? toInts(*operand) : Result<std::vector<std::int64_t>>(unsupported("not constant"));
  return values.ok() ? *values : std::vector<std::int64_t>{};
}

/// The first of the axes when they are the last ones, each once.
std::optional<std::size_t> trailingFrom(std::vector<std::int64_t> axes, std::size_t rank) {
  for (std::int64_t& axis : axes) axis += axis < 0 ? static_cast<std::int64_t>(rank) : 0;
  std::sort(axes.begin(), axes.end());
  if (axes.empty() || axes.size() > rank) return std::nullopt;
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (axes[i] != static_cast<std::int64_t>(rank - axes.size() + i)) return std::nullopt;
  return rank - axes.size();
}

}  // namespace

const Node* madeBy(const PatternView& view, ValueId id, std::string_view opType) {
  const Node* node = id == kNone ? nullptr : view.graph.node(view.graph.producer(id));
  return node != nullptr && node->domain.empty() && node->opType == opType ? node : nullptr;
}

std::optional<double> scalarOf(const PatternView& view, ValueId id) {
  const Tensor* tensor = id == kNone ? nullptr : view.graph.initializer(id);
  if (tensor == nullptr && id != kNone)
    if (const Node* node = madeBy(view, id, "Constant")) tensor = node->attributes.getTensor("value");
  if (tensor == nullptr || tensor->size() != 1 || tensor->dtype() == DType::string) return std::nullopt;
  const Result<std::vector<double>> values = toDoubles(*tensor);
  return values.ok() ? std::optional(values->front()) : std::nullopt;
}

bool isNear(double value, double wanted) { return std::abs(value - wanted) <= 1e-6 * std::abs(wanted); }

Product productOf(const PatternView& view, const Node& root) {
  Product product;
  collect(view, root.output(0), product, true);
  return product;
}

Product productOf(const PatternView& view, ValueId id) {
  Product product;
  collect(view, id, product, false);
  return product;
}

std::optional<Shifted> shiftedOf(const PatternView& view, ValueId id) {
  const Node* add = madeBy(view, id, "Add");
  if (add != nullptr && add->inputs.size() == 2) {
    for (std::size_t i = 0; i < 2; ++i)
      if (const auto shift = scalarOf(view, add->input(i))) return Shifted{add->input(1 - i), *shift, add->id};
  }
  const Node* sub = madeBy(view, id, "Sub");
  const auto shift = sub != nullptr ? scalarOf(view, sub->input(1)) : std::nullopt;
  if (shift) return Shifted{sub->input(0), -*shift, sub->id};
  return std::nullopt;
}

std::optional<TrailingMean> trailingMeanOf(const PatternView& view, ValueId id) {
  TrailingMean out;
  double factor = 1;
  const Node* mean = madeBy(view, id, "ReduceMean");
  if (mean == nullptr) {
    const Product product = productOf(view, id);
    if (product.values.size() != 1 || product.nodes.empty()) return std::nullopt;
    factor = product.factor;
    out.nodes = product.nodes;
    mean = madeBy(view, product.values[0], "ReduceSum");
  }
  if (mean == nullptr || mean->attributes.getInt("keepdims", 1) == 0) return std::nullopt;
  out.of = mean->input(0);
  out.nodes.push_back(mean->id);
  const auto& shape = view.shapeOf(out.of);
  const auto first = shape ? trailingFrom(axesOf(view, *mean), shape->rank()) : std::nullopt;
  if (!first) return std::nullopt;
  out.firstAxis = *first;
  if (mean->opType == "ReduceMean") return out;
  double elements = 1;
  for (std::size_t axis = *first; axis < shape->rank(); ++axis) {
    if (!(*shape)[axis].known()) return std::nullopt;
    elements *= static_cast<double>((*shape)[axis].extent);
  }
  return isNear(factor * elements, 1) ? std::optional(out) : std::nullopt;
}

}  // namespace ew::lowering
