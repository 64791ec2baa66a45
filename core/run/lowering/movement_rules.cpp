// SPDX-License-Identifier: Apache-2.0
// Operators that only move elements do so with bytes, which are a quarter of the floats.
#include <algorithm>
#include <array>

#include "core/run/lowering/matcher.h"
#include "core/run/lowering/movement_rules.h"

namespace ew::lowering {
namespace {

constexpr std::array movements{std::string_view("SpaceToDepth"), std::string_view("DepthToSpace"), std::string_view("Transpose"),
                               std::string_view("Reshape"),      std::string_view("Flatten"),      std::string_view("Squeeze"),
                               std::string_view("Unsqueeze"),    std::string_view("Slice"),        std::string_view("Gather")};

/// Whether a Pad pads with zero: by default, a constant, or a quantized constant.
bool padsWithZero(const Matcher& matcher, const Node& node) {
  if (node.input(2) == kNone) return true;
  const Graph& graph = matcher.graph();
  if (const Tensor* value = graph.initializer(node.input(2)))
    return value->dtype() == DType::f32 && value->size() == 1 && value->data<float>()[0] == 0;
  const auto stored = matcher.dequantized(node.input(2));
  const Tensor* integers = stored ? graph.initializer(stored->integers) : nullptr;
  if (integers == nullptr || integers->size() != 1 || !stored->perTensor()) return false;
  const auto values = toInts(*integers);
  return values.ok() && (*values)[0] == stored->zeroPoints[0];
}

/// The movement that makes the floats of a QuantizeLinear, which only that reads, to bytes with one scale for all.
const Node* movedBefore(const Graph& graph, const Node& quantize, const CompileOptions& options) {
  if (quantize.opType != "QuantizeLinear" || options.observeAll) return nullptr;
  const Tensor* scale = graph.initializer(quantize.input(1));
  if (scale == nullptr || scale->size() != 1 || quantize.attributes.getInt("block_size", 0) != 0) return nullptr;
  if (quantize.input(2) != kNone && graph.initializer(quantize.input(2)) == nullptr) return nullptr;
  // Of narrower types most movements have no form.
  if (const DType type = graph.value(quantize.output(0)).dtype; type != DType::u8 && type != DType::i8) return nullptr;
  const ValueId moved = quantize.input(0);
  const Node* node = graph.node(graph.producer(moved));
  if (node == nullptr || !node->domain.empty() || std::ranges::find(movements, node->opType) == movements.end()) return nullptr;
  if (graph.consumers(moved).size() != 1 || graph.isOutput(moved) || options.observe.contains(moved)) return nullptr;
  const ValueId from = node->input(0);
  const Node* maker = graph.node(graph.producer(from));
  if (graph.initializer(from) != nullptr || (maker != nullptr && maker->opType == "DequantizeLinear")) return nullptr;
  const auto& before = graph.value(from).shape;
  const auto& after = graph.value(moved).shape;
  const auto elements = before ? before->elements() : std::nullopt, left = after ? after->elements() : std::nullopt;
  // A piece of something large is better quantized when it has been cut out.
  return elements && left && *elements <= 2 * *left ? node : nullptr;
}

}  // namespace

bool lowerPad(Matcher& matcher, const Node& node) {
  const auto x = matcher.dequantized(node.input(0));
  if (!x || !x->perTensor() || matcher.graph().opset() < 11 || !matcher.quantizedAfter(node.output(0), false)) return false;
  if (node.attributes.getString("mode", "constant") != "constant") return lowerMovement(matcher, node);
  if (!padsWithZero(matcher, node)) return false;
  Node padded = node;
  padded.inputs.resize(std::max<std::size_t>(padded.inputs.size(), 3), kNone);
  padded.inputs[2] = matcher.zeroPointOf(*x, displayName(matcher.graph(), node));
  return lowerMovement(matcher, padded);
}

bool lowerResize(Matcher& matcher, const Node& node) {
  if (node.attributes.getString("mode", "nearest") != "nearest") return false;
  if (node.attributes.getString("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize") return false;
  return lowerMovement(matcher, node);
}

void quantizeBeforeMoving(GraphEdit& edit, const CompileOptions& options) {
  std::vector<NodeId> ids;
  for (const Node& node : edit.graph().nodes())
    if (node.opType == "QuantizeLinear") ids.push_back(node.id);
  bool again = true;
  while (again) {
    again = false;
    for (const NodeId id : ids) {
      const Graph& graph = edit.graph();
      const Node* before = movedBefore(graph, *graph.node(id), options);
      if (before == nullptr) continue;
      const NodeId mover = before->id;
      const ValueId from = before->input(0), bytes = graph.node(id)->output(0);
      const ValueId early = edit.addValue(edit.freshValueName(graph.value(bytes).name + "_early"), graph.value(bytes).dtype, graph.value(from).shape);
      Node& quantize = edit.mutableNode(id);
      quantize.inputs[0] = from;
      quantize.outputs = {early};
      Node& moving = edit.mutableNode(mover);
      moving.inputs[0] = early;
      moving.outputs = {bytes};
      edit.refresh();
      again = true;
    }
  }
}

}  // namespace ew::lowering
