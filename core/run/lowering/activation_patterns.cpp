// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/run/lowering/pattern_parts.h"

namespace ew::lowering {
namespace {

constexpr double rootHalf = 0.70710678118654752440;
constexpr double rootTwoOverPi = 0.79788456080286535588;

bool isFloat32(const PatternView& view, const Node& node) { return view.typeOf(node.output(0)) == DType::f32; }

/// A fusion of one operand; `nodes` without order. Nothing when a constant gives the result more dimensions than x has.
std::optional<Fusion> activation(const PatternView& view, std::string opType, int since, ValueId x, std::vector<NodeId> nodes, const Node& last) {
  const auto &from = view.shapeOf(x), &to = view.shapeOf(last.output(0));
  if (!from || !to || from->rank() != to->rank()) return std::nullopt;
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  std::erase(nodes, last.id);
  nodes.push_back(last.id);
  return Fusion{std::move(opType), since, {x}, {}, std::move(nodes), {}};
}

/// sqrt(2 / pi) (x + 0.044715 x^3), written out or as a product with x; x when the value is that.
std::optional<ValueId> tanhOperand(const PatternView& view, ValueId id, std::vector<NodeId>& nodes) {
  const Product outer = productOf(view, id);
  join(nodes, outer.nodes);
  if (!isNear(outer.factor, rootTwoOverPi)) return std::nullopt;
  if (outer.values.size() == 1) {  // x + 0.044715 x^3
    const Node* sum = madeBy(view, outer.values[0], "Add");
    if (sum == nullptr) return std::nullopt;
    nodes.push_back(sum->id);
    for (std::size_t i = 0; i < 2; ++i) {
      const ValueId x = sum->input(i);
      const Product cube = productOf(view, sum->input(1 - i));
      if (cube.values != std::vector<ValueId>{x, x, x} || !isNear(cube.factor, 0.044715)) continue;
      join(nodes, cube.nodes);
      return x;
    }
    return std::nullopt;
  }
  if (outer.values.size() != 2) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {  // x (1 + 0.044715 x^2)
    const ValueId x = outer.values[i];
    const auto shifted = shiftedOf(view, outer.values[1 - i]);
    if (!shifted || shifted->shift != 1) continue;
    const Product square = productOf(view, shifted->value);
    if (square.values != std::vector<ValueId>{x, x} || !isNear(square.factor, 0.044715)) continue;
    nodes.push_back(shifted->node);
    join(nodes, square.nodes);
    return x;
  }
  return std::nullopt;
}

/// Clip with constant bounds 0 and 6.
bool isRelu6(const PatternView& view, const Node& clip) {
  const auto bound = [&](std::size_t index, const char* name) {
    if (clip.attributes.has(name)) return std::optional(static_cast<double>(clip.attributes.getFloat(name, 0)));
    return scalarOf(view, clip.input(index));
  };
  return bound(1, "min") == 0.0 && bound(2, "max") == 6.0;
}

}  // namespace

/// x (1 + erf(x / sqrt 2)) / 2, or the approximation of it by tanh.
std::optional<Fusion> matchGelu(const PatternView& view, const Node& last) {
  if ((last.opType != "Mul" && last.opType != "Div") || !isFloat32(view, last)) return std::nullopt;
  const Product product = productOf(view, last);
  if (product.values.size() != 2 || !isNear(product.factor, 0.5)) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId x = product.values[i];
    const auto shifted = shiftedOf(view, product.values[1 - i]);
    if (!shifted || shifted->shift != 1) continue;
    std::vector<NodeId> nodes = product.nodes;
    nodes.push_back(shifted->node);
    if (const Node* erf = madeBy(view, shifted->value, "Erf")) {
      const Product scaled = productOf(view, erf->input(0));
      if (scaled.values != std::vector<ValueId>{x} || !isNear(scaled.factor, rootHalf)) continue;
      nodes.push_back(erf->id);
      join(nodes, scaled.nodes);
      return activation(view, "Gelu", 20, x, std::move(nodes), last);
    }
    const Node* tanh = madeBy(view, shifted->value, "Tanh");
    if (tanh == nullptr) continue;
    nodes.push_back(tanh->id);
    if (tanhOperand(view, tanh->input(0), nodes) != x) continue;
    auto fusion = activation(view, "Gelu", 20, x, std::move(nodes), last);
    if (fusion) fusion->attributes.set("approximate", std::string("tanh"));
    return fusion;
  }
  return std::nullopt;
}

/// x HardSigmoid(x; 1/6, 1/2), or x min(max(x + 3, 0), 6) / 6.
std::optional<Fusion> matchHardSwish(const PatternView& view, const Node& last) {
  if ((last.opType != "Mul" && last.opType != "Div") || !isFloat32(view, last)) return std::nullopt;
  const Product product = productOf(view, last);
  if (product.values.size() != 2) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId x = product.values[i], gate = product.values[1 - i];
    std::vector<NodeId> nodes = product.nodes;
    const Node* sigmoid = madeBy(view, gate, "HardSigmoid");
    if (sigmoid != nullptr && sigmoid->input(0) == x && product.factor == 1 &&
        isNear(static_cast<double>(sigmoid->attributes.getFloat("alpha", 0.2F)), 1.0 / 6) && sigmoid->attributes.getFloat("beta", 0.5F) == 0.5F) {
      nodes.push_back(sigmoid->id);
      return activation(view, "HardSwish", 14, x, std::move(nodes), last);
    }
    const Node* clip = madeBy(view, gate, "Clip");
    const auto shifted = clip != nullptr && isRelu6(view, *clip) ? shiftedOf(view, clip->input(0)) : std::nullopt;
    if (!shifted || shifted->value != x || shifted->shift != 3 || !isNear(product.factor, 1.0 / 6)) continue;
    nodes.push_back(clip->id);
    nodes.push_back(shifted->node);
    return activation(view, "HardSwish", 14, x, std::move(nodes), last);
  }
  return std::nullopt;
}

/// x Sigmoid(alpha x).
std::optional<Fusion> matchSwish(const PatternView& view, const Node& last) {
  if (last.opType != "Mul" || last.inputs.size() != 2 || !isFloat32(view, last)) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId x = last.input(i);
    const Node* sigmoid = madeBy(view, last.input(1 - i), "Sigmoid");
    if (sigmoid == nullptr) continue;
    std::vector<NodeId> nodes{sigmoid->id};
    Product scaled{1, {sigmoid->input(0)}, {}};
    if (sigmoid->input(0) != x) scaled = productOf(view, sigmoid->input(0));
    if (scaled.values != std::vector<ValueId>{x}) continue;
    join(nodes, scaled.nodes);
    auto fusion = activation(view, "Swish", 24, x, std::move(nodes), last);
    if (fusion && scaled.factor != 1) fusion->attributes.set("alpha", static_cast<float>(scaled.factor));
    return fusion;
  }
  return std::nullopt;
}

}  // namespace ew::lowering
