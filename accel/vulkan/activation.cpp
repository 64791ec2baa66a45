// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/activation.h"

#include <limits>
#include <string_view>

#include "core/ops/domains.h"

namespace ew::vulkan {
namespace {

/// A bound of Clip: attribute before opset 11, then an operand; nothing when it is not constant.
std::optional<float> bound(const Graph& graph, const Node& node, const char* attribute, std::size_t index, float otherwise) {
  if (node.attributes.has(attribute)) return node.attributes.getFloat(attribute, otherwise);
  if (node.input(index) == kNone) return otherwise;
  const Tensor* tensor = graph.initializer(node.input(index));
  if (tensor == nullptr || tensor->dtype() != DType::f32 || tensor->size() != 1) return std::nullopt;
  return tensor->data<float>()[0];
}

std::optional<Activation> clip(const Graph& graph, const Node& node) {
  const auto low = bound(graph, node, "min", 1, std::numeric_limits<float>::lowest());
  const auto high = bound(graph, node, "max", 2, std::numeric_limits<float>::max());
  if (!low || !high) return std::nullopt;
  return Activation{2, *low, *high};
}

/// Functions with at most one attribute, alpha.
struct Row {
  std::string_view op;
  std::uint32_t number;
  float alpha = 0;
};

constexpr Row table[] = {
    {"Abs", 10}, {"Ceil", 21}, {"Elu", 12, 1.0F}, {"Erf", 17}, {"Exp", 8}, {"Floor", 20}, {"HardSwish", 7}, {"LeakyRelu", 3, 0.01F},
    {"Log", 24}, {"Mish", 14}, {"Neg", 11}, {"Reciprocal", 19}, {"Relu", 1}, {"Round", 22}, {"Sigmoid", 4}, {"Sign", 23},
    {"Softplus", 13}, {"Softsign", 18}, {"Sqrt", 9}, {"Tanh", 5},
};

}  // namespace

std::optional<Activation> activationOf(const Graph& graph, const Node& node) {
  if (!ops::isOnnxDomain(node.domain) || node.outputs.size() != 1 || graph.value(node.output(0)).dtype != DType::f32) return std::nullopt;
  if (node.opType == "Clip") return clip(graph, node);
  if (node.opType == "HardSigmoid") return Activation{6, node.attributes.getFloat("alpha", 0.2F), node.attributes.getFloat("beta", 0.5F)};
  if (node.opType == "Gelu") return Activation{node.attributes.getString("approximate", "none") == "tanh" ? 16U : 15U};
  for (const Row& row : table)
    if (row.op == node.opType) return Activation{row.number, node.attributes.getFloat("alpha", row.alpha), 0};
  return std::nullopt;
}

}  // namespace ew::vulkan
