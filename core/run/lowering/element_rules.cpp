// SPDX-License-Identifier: Apache-2.0
// Element-wise operators, pooling, data movement and functions of one value.
#include <algorithm>
#include <array>
#include <cmath>

#include "core/ops/op.h"
#include "core/run/lowering/matcher.h"

namespace ew::lowering {
namespace {

std::optional<Quantized> activation(const Matcher& matcher, ValueId id) {
  auto q = matcher.dequantized(id);
  if (!q || q->type == DType::i32 || !q->perTensor()) return std::nullopt;
  return q;
}

bool sameMapping(const Quantized& a, const Quantized& b) {
  return a.type == b.type && a.scales == b.scales && a.zeroPoints == b.zeroPoints;
}

float real(const Quantized& q, int integer) { return static_cast<float>(integer - q.zeroPoints[0]) * q.scales[0]; }

/// QuantizeLinear of one value, as the operator defines it.
int quantized(const Quantized& q, float value) {
  const float low = q.type == DType::i8 ? -128.0F : 0.0F;
  if (std::isnan(value)) return q.zeroPoints[0];
  const float steps = std::nearbyint(value / q.scales[0]) + static_cast<float>(q.zeroPoints[0]);
  return static_cast<int>(std::clamp(steps, low, low + 255.0F));
}

bool lowerBinary(Matcher& matcher, const Node& node, const char* opType) {
  const auto a = activation(matcher, node.input(0));
  const auto b = activation(matcher, node.input(1));
  if (!a || !b) return false;
  const auto result = matcher.quantizedAfter(node.output(0), true);
  if (!result) return false;
  const std::string name = displayName(matcher.graph(), node);
  std::vector<ValueId> inputs{a->integers, a->scale, matcher.zeroPointOf(*a, name + "_a"),
                              b->integers, b->scale, matcher.zeroPointOf(*b, name + "_b"),
                              result->out.scale, matcher.zeroPointOf(result->out, name + "_y")};
  matcher.replace(node, opType, "com.microsoft", std::move(inputs), {}, *result);
  return true;
}

bool lowerPool(Matcher& matcher, const Node& node, const char* opType, Attributes attributes) {
  const auto x = activation(matcher, node.input(0));
  if (!x) return false;
  const auto result = matcher.quantizedAfter(node.output(0), true);
  if (!result) return false;
  const std::string name = displayName(matcher.graph(), node);
  std::vector<ValueId> inputs{x->integers, x->scale, matcher.zeroPointOf(*x, name + "_x"), result->out.scale,
                              matcher.zeroPointOf(result->out, name + "_y")};
  matcher.replace(node, opType, "com.microsoft", std::move(inputs), std::move(attributes), *result);
  return true;
}

/// The float function of a node, one element at a time, by its own definition.
std::optional<Tensor> evaluated(const Graph& graph, const Node& node, const Tensor& values) {
  const ops::Lookup found = ops::findOp(node.opType, node.domain, graph.opset(node.domain));
  if (found.def == nullptr) return std::nullopt;
  ops::ComputeContext context{node, graph.opset(node.domain), {}, {}};
  context.outputs.resize(1);
  context.inputs.push_back(values);
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNone) {
      context.inputs.emplace_back();
      continue;
    }
    const Tensor* constant = graph.initializer(node.inputs[i]);
    if (constant == nullptr || constant->size() != 1) return std::nullopt;
    context.inputs.push_back(*constant);
  }
  if (!found.def->compute(context).ok()) return std::nullopt;
  const Tensor& out = context.outputs[0];
  if (out.dtype() != DType::f32 || out.size() != values.size()) return std::nullopt;
  return out;
}

Tensor allReals(const Quantized& x) {
  Tensor values = Tensor::zeros(DType::f32, {256});
  const int lowest = x.type == DType::i8 ? -128 : 0;
  std::span<float> to = values.mutableData<float>();
  for (int i = 0; i < 256; ++i) to[static_cast<std::size_t>(i)] = real(x, lowest + i);
  return values;
}

}  // namespace

bool lowerAdd(Matcher& matcher, const Node& node) { return lowerBinary(matcher, node, "QLinearAdd"); }
bool lowerMul(Matcher& matcher, const Node& node) { return lowerBinary(matcher, node, "QLinearMul"); }

bool lowerConcat(Matcher& matcher, const Node& node) {
  const std::string name = displayName(matcher.graph(), node);
  std::vector<Quantized> parts;
  for (const ValueId id : node.inputs) {
    const auto part = activation(matcher, id);
    if (!part) return false;
    parts.push_back(*part);
  }
  const auto result = matcher.quantizedAfter(node.output(0), true);
  if (!result) return false;
  if (std::any_of(parts.begin(), parts.end(), [&](const Quantized& part) { return part.type != result->out.type; })) return false;
  std::vector<ValueId> inputs{result->out.scale, matcher.zeroPointOf(result->out, name + "_y")};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    inputs.push_back(parts[i].integers);
    inputs.push_back(parts[i].scale);
    inputs.push_back(matcher.zeroPointOf(parts[i], name + "_x" + std::to_string(i)));
  }
  matcher.replace(node, "QLinearConcat", "com.microsoft", std::move(inputs), node.attributes, *result);
  return true;
}

bool lowerAveragePool(Matcher& matcher, const Node& node) {
  if (node.attributes.has("dilations")) return false;
  return lowerPool(matcher, node, "QLinearAveragePool", node.attributes);
}

bool lowerGlobalAveragePool(Matcher& matcher, const Node& node) {
  return lowerPool(matcher, node, "QLinearGlobalAveragePool", {});
}

bool lowerReduceMean(Matcher& matcher, const Node& node) {
  const Graph& graph = matcher.graph();
  const auto& shape = graph.value(node.input(0)).shape;
  if (!shape || shape->rank() != 4 || node.attributes.getInt("keepdims", 1) == 0) return false;
  std::vector<std::int64_t> axes = node.attributes.getInts("axes");
  if (const Tensor* operand = node.input(1) == kNone ? nullptr : graph.initializer(node.input(1))) {
    const auto values = toInts(*operand);
    if (values.ok()) axes = *values;
  }
  for (std::int64_t& axis : axes) axis += axis < 0 ? 4 : 0;
  std::sort(axes.begin(), axes.end());
  if (axes != std::vector<std::int64_t>{2, 3}) return false;
  return lowerPool(matcher, node, "QLinearGlobalAveragePool", {});
}

/// Operators that only choose or move elements work on the integers as they are.
bool lowerMovement(Matcher& matcher, const Node& node) {
  const auto x = activation(matcher, node.input(0));
  if (!x || node.outputs.size() != 1) return false;
  const auto result = matcher.quantizedAfter(node.output(0), false);
  if (!result) return false;
  std::vector<ValueId> inputs = node.inputs;
  inputs[0] = x->integers;
  Result8 moved = *result;
  const bool same = sameMapping(*x, result->out);
  if (!same) {
    moved.out = *x;
    moved.out.integers = matcher.edit().addValue(matcher.edit().freshValueName(displayName(matcher.graph(), node) + "_moved"), x->type,
                                                 matcher.graph().value(node.output(0)).shape);
  }
  matcher.replace(node, node.opType, node.domain, std::move(inputs), node.attributes, moved);
  if (!same) {
    Tensor table = lookupTable(x->type, result->out.type, [&](int q) { return quantized(result->out, real(*x, q)); });
    matcher.addLookup(moved.out.integers, result->out.integers, std::move(table), node);
  }
  return true;
}

bool lowerUnary(Matcher& matcher, const Node& node) {
  const auto x = activation(matcher, node.input(0));
  if (!x || node.outputs.size() != 1) return false;
  const auto result = matcher.quantizedAfter(node.output(0), false);
  if (!result) return false;
  const auto reals = evaluated(matcher.graph(), node, allReals(*x));
  if (!reals) return false;
  const int lowest = x->type == DType::i8 ? -128 : 0;
  Tensor table = lookupTable(x->type, result->out.type, [&](int q) {
    return quantized(result->out, reals->data<float>()[static_cast<std::size_t>(q - lowest)]);
  });
  const ValueId tableId = matcher.constant(displayName(matcher.graph(), node) + "_table", std::move(table));
  matcher.replace(node, "QLookup", "edgewright", {x->integers, tableId}, {}, *result);
  return true;
}

bool lowerRequantize(Matcher& matcher, const Node& node) {
  const auto x = activation(matcher, node.output(0));
  if (!x) return false;
  const auto result = matcher.quantizedAfter(node.output(0), false);
  if (!result) return false;
  Tensor table = lookupTable(x->type, result->out.type, [&](int q) { return quantized(result->out, real(*x, q)); });
  const ValueId tableId = matcher.constant(displayName(matcher.graph(), node) + "_table", std::move(table));
  matcher.replace(node, "QLookup", "edgewright", {x->integers, tableId}, {}, *result);
  return true;
}

}  // namespace ew::lowering
