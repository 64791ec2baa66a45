// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/decide.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/ops/infer.h"

namespace ew::lowering {
namespace {

// In nanoseconds; see decide.h.
constexpr double step = 200, floatMac = 1.0 / 60, byteMac = 1.0 / 200, twoActivationsMac = 1, floatElement = 1.0 / 8, byteElement = 1.0 / 16,
                 conversion = 1.0 / 10;

std::optional<double> elementsOf(const Graph& graph, ValueId id) {
  const auto& shape = graph.value(id).shape;
  const auto elements = shape ? shape->elements() : std::nullopt;
  return elements ? std::optional(static_cast<double>(*elements)) : std::nullopt;
}

/// They ask for extents, or are conversions themselves.
constexpr std::array noLayers{std::string_view("Shape"), std::string_view("Size"), std::string_view("DequantizeLinear"), std::string_view("QuantizeLinear")};

bool isProduct(const Node& node) { return node.opType == "Conv" || node.opType == "MatMul" || node.opType == "Gemm"; }

}  // namespace

std::optional<FormCosts> formCosts(const Matcher& matcher, const Node& node) {
  const Graph& graph = matcher.graph();
  const auto results = elementsOf(graph, node.output(0));
  if (!results) return std::nullopt;
  double converted = 0, conversions = 0, activations = 0;
  for (const ValueId id : node.inputs) {
    const auto quantized = matcher.dequantized(id);
    if (!quantized || graph.initializer(quantized->integers) != nullptr) continue;
    const auto elements = elementsOf(graph, id);
    if (!elements) return std::nullopt;
    ++activations;
    if (graph.consumers(id).size() > 1) continue;  // others need the floats too
    converted += *elements;
    ++conversions;
  }
  const auto macs = static_cast<double>(ops::costOf(graph, node).macs);
  if (isProduct(node) && macs == 0) return std::nullopt;
  FormCosts costs;
  costs.integer = step + (isProduct(node) ? macs * (activations > 1 ? twoActivationsMac : byteMac) : *results * byteElement);
  costs.floats = (conversions + 2) * step + (converted + *results) * conversion + (isProduct(node) ? macs * floatMac : *results * floatElement);
  costs.integer /= 1000;
  costs.floats /= 1000;
  return costs;
}

bool keepFloat(const Matcher& matcher, const Node& node, std::vector<Decision>& decisions) {
  if (!matcher.dequantized(node.input(0)) || !matcher.quantizedAfter(node.output(0), true)) return false;
  const auto costs = formCosts(matcher, node);
  if (!costs || costs->integer <= costs->floats) return false;
  decisions.push_back({node.id, "kept float: conversion costs more than it saves", costs->integer, costs->floats});
  return true;
}

void explainFloats(const Graph& lowered, std::span<const Rule> rules, std::vector<Decision>& decisions) {
  std::set<NodeId> told;
  for (const Decision& decision : decisions) told.insert(decision.node);
  const auto madeBy = [&](ValueId id) -> std::string_view {
    const Node* node = id == kNone ? nullptr : lowered.node(lowered.producer(id));
    return node == nullptr ? std::string_view() : std::string_view(node->opType);
  };
  for (const Node& node : lowered.nodes()) {
    if (told.contains(node.id) || std::ranges::find(noLayers, node.opType) != noLayers.end()) continue;
    const auto fromBytes = [&](ValueId id) { return madeBy(id) == "DequantizeLinear"; };
    const auto open = [&](ValueId id) { return id != kNone && lowered.initializer(id) == nullptr && !fromBytes(id); };
    if (!std::ranges::any_of(node.inputs, fromBytes)) continue;
    const bool known = node.domain.empty() && std::ranges::any_of(rules, [&](const Rule& rule) { return rule.opType == node.opType; });
    const char* why = "its result is not quantized, or others read it as floats";
    if (!known) why = "it has no integer form";
    else if (std::ranges::any_of(node.inputs, open)) why = "an operand is not quantized";
    decisions.push_back({node.id, std::string("float: ") + why, 0, 0});
  }
}

}  // namespace ew::lowering
