// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/eltwise.h"

#include <limits>
#include <optional>
#include <string_view>

#include "core/ops/domains.h"

namespace ew::cpu {
namespace {

using dnnl::algorithm;
using Functions = std::vector<Eltwise>;

/// A bound of Clip: attribute before opset 11, then an operand; `otherwise` when absent, nothing when not constant.
std::optional<float> bound(const Graph& graph, const Node& node, const char* attribute, std::size_t index, float otherwise) {
  if (node.attributes.has(attribute)) return node.attributes.getFloat(attribute, otherwise);
  if (node.input(index) == kNone) return otherwise;
  const Tensor* tensor = graph.initializer(node.input(index));
  if (tensor == nullptr || tensor->dtype() != DType::f32 || tensor->size() != 1) return std::nullopt;
  return tensor->data<float>()[0];
}

Functions clip(const Graph& graph, const Node& node) {
  const auto low = bound(graph, node, "min", 1, std::numeric_limits<float>::lowest());
  const auto high = bound(graph, node, "max", 2, std::numeric_limits<float>::max());
  if (!low || !high || !(*low <= *high)) return {};
  return {{algorithm::eltwise_clip, *low, *high}};
}

Functions hardSigmoid(const Node& node) {
  return {{algorithm::eltwise_linear, node.attributes.getFloat("alpha", 0.2F), node.attributes.getFloat("beta", 0.5F)},
          {algorithm::eltwise_clip, 0, 1}};
}

Functions gelu(const Node& node) {
  const bool byTanh = node.attributes.getString("approximate", "none") == "tanh";
  return {{byTanh ? algorithm::eltwise_gelu_tanh : algorithm::eltwise_gelu_erf, 0, 0}};
}

/// The power that is a multiplication.
Functions power(const Graph& graph, const Node& node) {
  const Tensor* exponent = graph.initializer(node.input(1));
  if (exponent == nullptr || exponent->dtype() != DType::f32 || exponent->size() != 1) return {};
  if (exponent->data<float>()[0] == 2) return {{algorithm::eltwise_square, 0, 0}};
  return {};
}

struct Row {
  std::string_view op;
  Functions (*functions)(const Graph& graph, const Node& node);
};

const Row table[] = {
    {"Abs", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_abs, 0, 0}}; }},
    {"Clip", clip},
    {"Elu", [](const Graph&, const Node& n) -> Functions { return {{algorithm::eltwise_elu, n.attributes.getFloat("alpha", 1), 0}}; }},
    {"Exp", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_exp, 0, 0}}; }},
    {"Gelu", [](const Graph&, const Node& n) { return gelu(n); }},
    {"HardSigmoid", [](const Graph&, const Node& n) { return hardSigmoid(n); }},
    {"HardSwish", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_hardswish, 0, 0}}; }},
    {"LeakyRelu", [](const Graph&, const Node& n) -> Functions { return {{algorithm::eltwise_relu, n.attributes.getFloat("alpha", 0.01F), 0}}; }},
    {"Mish", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_mish, 0, 0}}; }},
    {"Neg", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_linear, -1, 0}}; }},
    {"Pow", power},
    {"Relu", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_relu, 0, 0}}; }},
    {"Sigmoid", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_logistic, 0, 0}}; }},
    {"Softplus", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_soft_relu, 0, 0}}; }},
    {"Sqrt", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_sqrt, 0, 0}}; }},
    {"Swish", [](const Graph&, const Node& n) -> Functions { return {{algorithm::eltwise_swish, n.attributes.getFloat("alpha", 1), 0}}; }},
    {"Tanh", [](const Graph&, const Node&) -> Functions { return {{algorithm::eltwise_tanh, 0, 0}}; }},
};

}  // namespace

std::vector<Eltwise> eltwiseOf(const Graph& graph, const Node& node) {
  if (!ops::isOnnxDomain(node.domain) || node.outputs.size() != 1 || graph.value(node.output(0)).dtype != DType::f32) return {};
  for (const Row& row : table)
    if (row.op == node.opType) return row.functions(graph, node);
  return {};
}

}  // namespace ew::cpu
