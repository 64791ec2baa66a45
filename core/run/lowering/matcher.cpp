// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/matcher.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ew::lowering {
namespace {

struct TypeRange { std::int32_t low, high; };

TypeRange rangeOf(DType type) { return type == DType::i8 ? TypeRange{-128, 127} : TypeRange{0, 255}; }

/// Fills scales, zero points and type from the parameter operands of a quantize or dequantize node.
bool readParameters(const Graph& graph, const Node& node, DType typeWithoutZeroPoint, Quantized& out) {
  if (node.attributes.getInt("block_size", 0) != 0) return false;
  out.scale = node.input(1);
  out.zeroPoint = node.input(2);
  const Tensor* scale = graph.initializer(out.scale);
  if (scale == nullptr || scale->dtype() != DType::f32 || scale->rank() > 1 || scale->size() == 0) return false;
  const std::span<const float> scales = scale->data<float>();
  out.scales.assign(scales.begin(), scales.end());
  out.axis = node.attributes.getInt("axis", 1);
  out.type = typeWithoutZeroPoint;
  out.zeroPoints.assign(out.scales.size(), 0);
  if (out.zeroPoint == kNone) return true;
  const Tensor* zeroPoint = graph.initializer(out.zeroPoint);
  if (zeroPoint == nullptr || zeroPoint->size() != scale->size()) return false;
  const Result<std::vector<std::int64_t>> values = toInts(*zeroPoint);
  if (!values.ok()) return false;
  std::transform(values->begin(), values->end(), out.zeroPoints.begin(), [](std::int64_t v) { return static_cast<std::int32_t>(v); });
  out.type = zeroPoint->dtype();
  return true;
}

bool is8Bit(DType type) { return type == DType::u8 || type == DType::i8; }

/// Bounds of a Relu or Clip with constant limits as floats.
bool activationBounds(const Graph& graph, const Node& node, float& low, float& high) {
  low = -std::numeric_limits<float>::infinity();
  high = std::numeric_limits<float>::infinity();
  if (node.opType == "Relu") {
    low = 0;
    return true;
  }
  if (node.opType != "Clip") return false;
  low = node.attributes.getFloat("min", low);
  high = node.attributes.getFloat("max", high);
  const auto operand = [&](std::size_t index, float& bound) {
    if (node.input(index) == kNone) return true;
    const Tensor* tensor = graph.initializer(node.input(index));
    if (tensor == nullptr || tensor->dtype() != DType::f32 || tensor->size() != 1) return false;
    bound = tensor->data<float>()[0];
    return true;
  };
  return operand(1, low) && operand(2, high);
}

/// Rounding is monotone, so quantizing a clipped value is clamping the quantized value.
std::int32_t quantizedBound(float bound, const Quantized& q) {
  const TypeRange range = rangeOf(q.type);
  const float steps = std::nearbyint(bound / q.scales[0]) + static_cast<float>(q.zeroPoints[0]);
  if (!(steps > static_cast<float>(range.low))) return range.low;
  if (steps > static_cast<float>(range.high)) return range.high;
  return static_cast<std::int32_t>(steps);
}

}  // namespace

std::optional<Quantized> Matcher::dequantized(ValueId id) const {
  const Node* node = id == kNone ? nullptr : graph_.node(graph_.producer(id));
  if (node == nullptr || node->opType != "DequantizeLinear") return std::nullopt;
  Quantized out;
  out.integers = node->input(0);
  const DType stored = graph_.value(out.integers).dtype;
  if (!readParameters(graph_, *node, stored, out)) return std::nullopt;
  out.type = stored != DType::none ? stored : out.type;
  if (!is8Bit(out.type) && out.type != DType::i32) return std::nullopt;
  return out;
}

bool Matcher::isHidden(ValueId id) const {
  return graph_.consumers(id).size() == 1 && !graph_.isOutput(id) && !options_.observeAll && !options_.observe.contains(id);
}

std::optional<Result8> Matcher::quantizedAfter(ValueId id, bool throughActivation) const {
  if (id == kNone || !isHidden(id)) return std::nullopt;
  const Node* next = graph_.node(graph_.consumers(id)[0]);
  Result8 result;
  float low = 0, high = 0;
  const bool hasActivation = throughActivation && next->input(0) == id && activationBounds(graph_, *next, low, high);
  if (hasActivation) {
    result.activation = next->id;
    if (!isHidden(next->output(0))) return std::nullopt;
    next = graph_.node(graph_.consumers(next->output(0))[0]);
  }
  if (next->opType != "QuantizeLinear" || taken(next->id)) return std::nullopt;
  if (next->input(0) != (hasActivation ? graph_.node(result.activation)->output(0) : id)) return std::nullopt;
  if (!readParameters(graph_, *next, DType::u8, result.out) || !result.out.perTensor() || !is8Bit(result.out.type))
    return std::nullopt;
  result.quantize = next->id;
  result.out.integers = next->output(0);
  const TypeRange range = rangeOf(result.out.type);
  result.low = hasActivation ? quantizedBound(low, result.out) : range.low;
  result.high = hasActivation ? quantizedBound(high, result.out) : range.high;
  result.needsClamp = result.low > range.low || result.high < range.high;
  return result;
}

void Matcher::replace(const Node& node, std::string opType, std::string domain, std::vector<ValueId> inputs,
                      Attributes attributes, const Result8& result) {
  if (options_.requantization == Requantization::Fixed) attributes.set("requantization", std::string("fixed"));
  const std::vector<NodeId> activationOrigin =
      result.activation != kNone ? graph_.node(result.activation)->origin : std::vector<NodeId>{};
  std::vector<NodeId> gone;
  for (const NodeId id : {result.quantize, result.activation}) {
    if (id == kNone) continue;
    gone.push_back(id);
    taken_.insert(id);
  }
  edit_.removeNodes(gone);
  taken_.insert(node.id);
  const ValueId out = result.out.integers;
  ValueId direct = out;
  if (result.needsClamp)
    direct = edit_.addValue(edit_.freshValueName(graph_.value(out).name + "_unclamped"), result.out.type, graph_.value(out).shape);
  Node& changed = edit_.mutableNode(node.id);
  changed.opType = std::move(opType);
  changed.domain = std::move(domain);
  changed.inputs = std::move(inputs);
  changed.outputs = {direct};
  changed.attributes = std::move(attributes);
  changed.origin.insert(changed.origin.end(), activationOrigin.begin(), activationOrigin.end());
  if (!result.needsClamp) return;
  addLookup(direct, out,
            lookupTable(result.out.type, result.out.type, [&](int q) { return std::clamp(q, result.low, result.high); }), node);
}

void Matcher::addLookup(ValueId from, ValueId to, Tensor table, const Node& because) {
  Node node;
  node.name = displayName(graph_, because) + "_lookup";
  node.opType = "QLookup";
  node.domain = "edgewright";
  node.inputs = {from, constant(node.name + "_table", std::move(table))};
  node.outputs = {to};
  node.origin = because.origin;
  edit_.addNode(std::move(node));
}

ValueId Matcher::constant(const std::string& name, Tensor tensor) {
  return edit_.addInitializer(edit_.freshValueName(name), std::move(tensor));
}

ValueId Matcher::zeroPointOf(const Quantized& quantized, const std::string& name) {
  if (quantized.zeroPoint != kNone) return quantized.zeroPoint;
  Tensor zeros = Tensor::zeros(quantized.type, quantized.perTensor() ? Dims{} : Dims{static_cast<std::int64_t>(quantized.scales.size())});
  return constant(name + "_zero_point", std::move(zeros));
}

}  // namespace ew::lowering
