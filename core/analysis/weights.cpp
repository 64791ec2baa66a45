// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/weights.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ew::analysis {
namespace {

constexpr int kAbsent = -1;

using AxisFn = std::int64_t (*)(const Node&, const Dims&);

/// Where an integer operator keeps scale and zero point of one of its operands.
struct Operand {
  int input = kAbsent;
  int scale = kAbsent, zeroPoint = kAbsent;
};

struct Slot {
  std::string_view domain, op;
  std::array<Operand, 2> weights;  ///< the main weight is the first of them that is constant
  int bias;
  AxisFn axis;
};

std::int64_t firstAxis(const Node&, const Dims&) { return 0; }
std::int64_t secondAxis(const Node&, const Dims&) { return 1; }
std::int64_t lastAxis(const Node&, const Dims& dims) { return std::max<std::int64_t>(0, std::ssize(dims) - 1); }
/// W is [C, M / group, ...]: with one filter a group the groups are the output channels.
std::int64_t transposedAxis(const Node& node, const Dims& dims) {
  return node.attributes.getInt("group", 1) > 1 && dims.size() > 1 && dims[1] == 1 ? 0 : 1;
}
std::int64_t gemmAxis(const Node& node, const Dims&) { return node.attributes.getInt("transB", 0) != 0 ? 0 : 1; }

constexpr std::string_view ms = "com.microsoft";
constexpr Operand none{};

constexpr std::array slots{
    Slot{"", "Conv", {Operand{1}, none}, 2, firstAxis},
    Slot{"", "ConvInteger", {Operand{1, kAbsent, 3}, none}, kAbsent, firstAxis},
    Slot{"", "ConvTranspose", {Operand{1}, none}, 2, transposedAxis},
    Slot{"", "DeformConv", {Operand{1}, none}, 3, firstAxis},
    Slot{"", "GRU", {Operand{1}, Operand{2}}, 3, secondAxis},
    Slot{"", "Gather", {Operand{0}, none}, kAbsent, lastAxis},
    Slot{"", "Gemm", {Operand{1}, Operand{0}}, 2, gemmAxis},
    Slot{"", "LSTM", {Operand{1}, Operand{2}}, 3, secondAxis},
    Slot{"", "MatMul", {Operand{1}, Operand{0}}, kAbsent, lastAxis},
    Slot{"", "MatMulInteger", {Operand{1, kAbsent, 3}, Operand{0, kAbsent, 2}}, kAbsent, lastAxis},
    Slot{"", "QLinearConv", {Operand{3, 4, 5}, none}, 8, firstAxis},
    Slot{"", "QLinearMatMul", {Operand{3, 4, 5}, Operand{0, 1, 2}}, kAbsent, lastAxis},
    Slot{"", "RNN", {Operand{1}, Operand{2}}, 3, secondAxis},
    Slot{ms, "DynamicQuantizeMatMul", {Operand{1, 2, 3}, none}, 4, lastAxis},
    Slot{ms, "FusedConv", {Operand{1}, none}, 2, firstAxis},
    Slot{ms, "FusedGemm", {Operand{1}, Operand{0}}, 2, gemmAxis},
    Slot{ms, "FusedMatMul", {Operand{1}, Operand{0}}, kAbsent, lastAxis},
    Slot{ms, "MatMulIntegerToFloat", {Operand{1, 3, 5}, none}, 6, lastAxis},
    Slot{ms, "QGemm", {Operand{3, 4, 5}, Operand{0, 1, 2}}, 6, gemmAxis},
    Slot{ms, "QLinearAdd", {Operand{3, 4, 5}, Operand{0, 1, 2}}, kAbsent, lastAxis},
    Slot{ms, "QLinearMul", {Operand{3, 4, 5}, Operand{0, 1, 2}}, kAbsent, lastAxis},
};

const Slot* slotOf(const Node& node) {
  const std::string_view domain = node.domain == "ai.onnx" ? std::string_view() : std::string_view(node.domain);
  for (const Slot& slot : slots)
    if (slot.op == node.opType && slot.domain == domain) return &slot;
  return nullptr;
}

/// Float operands that configure an operator instead of carrying what it learned.
struct Setting {
  std::string_view op;
  std::size_t firstInput;
};
constexpr std::array settings{
    Setting{"Clip", 1},           Setting{"Dropout", 1}, Setting{"NonMaxSuppression", 2}, Setting{"OneHot", 1},
    Setting{"Pad", 1},            Setting{"Range", 0},   Setting{"Resize", 1},            Setting{"Upsample", 1},
    Setting{"QuantizeLinear", 1}, Setting{"DequantizeLinear", 0}, Setting{"DynamicQuantizeLinear", 0},
    Setting{"Identity", 0},       Setting{"Where", 0},   Setting{"If", 0},                Setting{"Loop", 0},
};

std::size_t settingsFrom(const Node& node) {
  if (node.opType.starts_with("QLinear")) return 0;  // their float operands are scales
  for (const Setting& setting : settings)
    if (setting.op == node.opType) return setting.firstInput;
  return node.inputs.size();
}

const Tensor* optionalConstant(const Graph& graph, const Node& node, int input) {
  return input == kAbsent ? nullptr : constantOf(graph, node.input(static_cast<std::size_t>(input)));
}

std::optional<ConstantRef> operandOf(const Graph& graph, const Node& node, const Operand& operand) {
  if (operand.input == kAbsent) return std::nullopt;
  std::optional<ConstantRef> found = constantOperand(graph, node.input(static_cast<std::size_t>(operand.input)));
  if (found && (operand.scale != kAbsent || operand.zeroPoint != kAbsent))
    found->quantization = Quantization{optionalConstant(graph, node, operand.scale),
                                       optionalConstant(graph, node, operand.zeroPoint), 0, 0};
  return found;
}

}  // namespace

const Tensor* constantOf(const Graph& graph, ValueId id) {
  if (id == kNone) return nullptr;
  if (const Tensor* tensor = graph.initializer(id)) return tensor;
  const Node* node = graph.node(graph.producer(id));
  return node != nullptr && node->opType == "Constant" ? node->attributes.getTensor("value") : nullptr;
}

std::optional<ConstantRef> constantOperand(const Graph& graph, ValueId id) {
  ConstantRef found;
  // Identity is followed so that weights which an exporter shares through it are found; bounded by the graph's order.
  while (id != kNone) {
    if (const Tensor* tensor = constantOf(graph, id)) {
      found.value = id;
      found.stored = tensor;
      return found;
    }
    const Node* node = graph.node(graph.producer(id));
    if (node == nullptr) return std::nullopt;
    if (node->opType == "DequantizeLinear" && found.dequantize == kNone) {
      const Tensor* scale = constantOf(graph, node->input(1));
      if (scale == nullptr) return std::nullopt;
      found.dequantize = node->id;
      found.quantization = Quantization{scale, constantOf(graph, node->input(2)), node->attributes.getInt("axis", 1),
                                        node->attributes.getInt("block_size", 0)};
    } else if (node->opType != "Identity") {
      return std::nullopt;
    }
    id = node->input(0);
  }
  return std::nullopt;
}

std::vector<WeightRef> weightsOf(const Graph& graph, const Node& node) {
  std::vector<WeightRef> out;
  const Slot* slot = slotOf(node);
  if (slot == nullptr) return out;
  for (const Operand& operand : slot->weights) {
    const std::optional<ConstantRef> found = operandOf(graph, node, operand);
    if (!found) continue;
    const Dims& dims = found->stored->dims();
    // A table of real vectors is a weight; a list of indices or a shape that is looked up is not.
    if (slot->op == "Gather" && (dims.size() < 2 || (!found->quantization && !isFloat(found->stored->dtype())))) continue;
    WeightRef weight{*found, static_cast<std::size_t>(operand.input), slot->axis(node, dims)};
    weight.channelAxis = std::clamp<std::int64_t>(weight.channelAxis, 0, std::max<std::int64_t>(0, std::ssize(dims) - 1));
    if (weight.quantization && weight.dequantize == kNone) weight.quantization->axis = weight.channelAxis;
    out.push_back(weight);
  }
  return out;
}

int biasInput(const Node& node) {
  const Slot* slot = slotOf(node);
  return slot == nullptr ? kAbsent : slot->bias;
}

std::vector<ConstantRef> parametersOf(const Graph& graph, const Node& node) {
  std::vector<ConstantRef> out;
  const auto addOnce = [&](const std::optional<ConstantRef>& found) {
    if (found && std::none_of(out.begin(), out.end(), [&](const ConstantRef& other) { return other.value == found->value; }))
      out.push_back(*found);
  };
  for (const WeightRef& weight : weightsOf(graph, node)) addOnce(weight);
  const Slot* slot = slotOf(node);
  if (slot != nullptr && slot->bias != kAbsent) addOnce(constantOperand(graph, node.input(static_cast<std::size_t>(slot->bias))));
  if (slot != nullptr) return out;
  const std::size_t end = std::min(node.inputs.size(), settingsFrom(node));
  for (std::size_t i = 0; i < end; ++i) {
    const std::optional<ConstantRef> found = constantOperand(graph, node.inputs[i]);
    if (found && (found->quantization || isFloat(found->stored->dtype()))) addOnce(found);
  }
  return out;
}

}  // namespace ew::analysis
