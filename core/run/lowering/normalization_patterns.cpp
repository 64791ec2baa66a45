// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/run/lowering/pattern_parts.h"

namespace ew::lowering {
namespace {

/// What a normalization divides by: sqrt(mean(v^2) + epsilon).
struct Deviation {
  ValueId of = kNone;   ///< v
  std::size_t firstAxis = 0;
  double epsilon = 0;
  std::vector<NodeId> nodes;
};

std::optional<Deviation> deviationOf(const PatternView& view, ValueId id) {
  const Node* root = madeBy(view, id, "Sqrt");
  const auto shifted = root != nullptr ? shiftedOf(view, root->input(0)) : std::nullopt;
  const auto mean = shifted ? trailingMeanOf(view, shifted->value) : std::nullopt;
  if (!mean) return std::nullopt;
  const Product square = productOf(view, mean->of);
  if (square.values.size() != 2 || square.values[0] != square.values[1] || square.factor != 1) return std::nullopt;
  Deviation out{square.values[0], mean->firstAxis, shifted->shift, {root->id, shifted->node}};
  join(out.nodes, mean->nodes);
  join(out.nodes, square.nodes);
  return out;
}

/// 1 / deviation: Reciprocal, or Div of 1.
std::optional<Deviation> reciprocalDeviationOf(const PatternView& view, ValueId id) {
  const Node* node = madeBy(view, id, "Reciprocal");
  std::size_t operand = 0;
  if (node == nullptr) {
    node = madeBy(view, id, "Div");
    if (node == nullptr || scalarOf(view, node->input(0)) != 1.0) return std::nullopt;
    operand = 1;
  }
  auto out = deviationOf(view, node->input(operand));
  if (out) out->nodes.push_back(node->id);
  return out;
}

/// v / deviation(v) [* scale], as a product in any order.
struct Normalized {
  Deviation deviation;
  ValueId scale = kNone;
  std::vector<NodeId> nodes;
};

std::optional<Normalized> normalizedOf(const PatternView& view, const Node& root) {
  Product product{1, {root.output(0)}, {}};
  if (root.opType == "Mul") product = productOf(view, root);
  if (product.factor != 1 || product.values.size() > 3) return std::nullopt;
  for (std::size_t i = 0; i < product.values.size(); ++i) {
    std::vector<ValueId> rest = product.values;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    Normalized out;
    const Node* quotient = madeBy(view, product.values[i], "Div");
    const auto divisor = quotient != nullptr ? deviationOf(view, quotient->input(1)) : std::nullopt;
    if (divisor && divisor->of == quotient->input(0) && rest.size() <= 1) {
      out = {*divisor, rest.empty() ? kNone : rest[0], {quotient->id}};
    } else if (const auto inverse = reciprocalDeviationOf(view, product.values[i])) {
      const auto v = std::find(rest.begin(), rest.end(), inverse->of);
      if (v == rest.end()) continue;
      rest.erase(v);
      out = {*inverse, rest.empty() ? kNone : rest[0], {}};
    } else {
      continue;
    }
    join(out.nodes, product.nodes);
    join(out.nodes, out.deviation.nodes);
    return out;
  }
  return std::nullopt;
}

/// The extents that are normalized over; empty when they are not all known.
Dims normalizedDims(const PatternView& view, ValueId x, std::size_t firstAxis) {
  const auto& shape = view.shapeOf(x);
  Dims dims;
  for (std::size_t axis = firstAxis; shape && axis < shape->rank(); ++axis) {
    if (!(*shape)[axis].known()) return {};
    dims.push_back((*shape)[axis].extent);
  }
  return dims;
}

/// An operand with exactly the extents that are normalized over.
bool fits(const PatternView& view, ValueId id, const Dims& dims) {
  const auto& shape = view.shapeOf(id);
  return shape && shape->concrete() == dims && view.typeOf(id) == DType::f32;
}

std::optional<Fusion> finished(const PatternView& view, Fusion fusion, const Normalized& normalized, ValueId x, const Node& last) {
  const std::size_t firstAxis = normalized.deviation.firstAxis;
  const Dims dims = normalizedDims(view, x, firstAxis);
  if (dims.empty() || elementCount(dims) > (std::int64_t{1} << 20) || view.typeOf(x) != DType::f32 || !(normalized.deviation.epsilon >= 0)) return std::nullopt;
  if (view.typeOf(last.output(0)) != DType::f32) return std::nullopt;
  fusion.inputs = {x, normalized.scale};
  if (normalized.scale == kNone) {
    Tensor ones = Tensor::zeros(DType::f32, dims);
    std::ranges::fill(ones.mutableData<float>(), 1.0F);
    fusion.constants = {{1, std::move(ones)}};
  } else if (!fits(view, normalized.scale, dims)) {
    return std::nullopt;
  }
  fusion.attributes.set("axis", static_cast<std::int64_t>(firstAxis));
  fusion.attributes.set("epsilon", static_cast<float>(normalized.deviation.epsilon));
  std::sort(fusion.nodes.begin(), fusion.nodes.end());
  fusion.nodes.erase(std::unique(fusion.nodes.begin(), fusion.nodes.end()), fusion.nodes.end());
  std::erase(fusion.nodes, last.id);
  fusion.nodes.push_back(last.id);
  return fusion;
}

/// A value less its own mean: that Sub and the mean's nodes.
struct Centered { ValueId of = kNone; std::vector<NodeId> nodes; };

std::optional<Centered> centeredOf(const PatternView& view, ValueId id, std::size_t firstAxis) {
  const Node* sub = madeBy(view, id, "Sub");
  const auto mean = sub != nullptr ? trailingMeanOf(view, sub->input(1)) : std::nullopt;
  if (!mean || mean->of != sub->input(0) || mean->firstAxis != firstAxis) return std::nullopt;
  Centered out{mean->of, mean->nodes};
  out.nodes.push_back(sub->id);
  return out;
}

}  // namespace

/// (x - mean) / sqrt(mean of its square + epsilon) [* scale] [+ B] over the last axes.
std::optional<Fusion> matchLayerNormalization(const PatternView& view, const Node& last) {
  ValueId bias = kNone;
  const Node* root = &last;
  std::optional<Normalized> normalized;
  if (last.opType == "Add" && last.inputs.size() == 2) {
    for (std::size_t i = 0; i < 2 && !normalized; ++i) {
      root = view.graph.node(view.graph.producer(last.input(i)));
      bias = last.input(1 - i);
      if (root != nullptr) normalized = normalizedOf(view, *root);
    }
  } else if (last.opType == "Mul" || last.opType == "Div") {
    normalized = normalizedOf(view, last);
  }
  if (!normalized) return std::nullopt;
  const auto centered = centeredOf(view, normalized->deviation.of, normalized->deviation.firstAxis);
  if (!centered) return std::nullopt;
  if (bias != kNone && !fits(view, bias, normalizedDims(view, centered->of, normalized->deviation.firstAxis))) return std::nullopt;
  Fusion fusion{"LayerNormalization", 17, {}, {}, normalized->nodes, {}};
  join(fusion.nodes, centered->nodes);
  auto out = finished(view, std::move(fusion), *normalized, centered->of, last);
  if (out && bias != kNone) out->inputs.push_back(bias);
  return out;
}

/// x / sqrt(mean(x^2) + epsilon) [* scale] over the last axes.
std::optional<Fusion> matchRmsNormalization(const PatternView& view, const Node& last) {
  if (last.opType != "Mul" && last.opType != "Div") return std::nullopt;
  const auto normalized = normalizedOf(view, last);
  if (!normalized) return std::nullopt;
  return finished(view, {"RMSNormalization", 23, {}, {}, normalized->nodes, {}}, *normalized, normalized->deviation.of, last);
}

}  // namespace ew::lowering
