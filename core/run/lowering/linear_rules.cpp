// SPDX-License-Identifier: Apache-2.0
// Convolutions and matrix products: int32 sums of products of integers.
#include <cmath>

#include "core/run/lowering/matcher.h"

namespace ew::lowering {
namespace {

bool is8Bit(const std::optional<Quantized>& q) { return q && q->type != DType::i32; }

/// Bias as int32 at scale x * scale w: already stored so (behind a DequantizeLinear), or a float constant that is
/// rounded to it here. kNone on success without a bias; false when it cannot be expressed.
bool integerBias(Matcher& matcher, const Node& node, std::size_t index, const Quantized& x, const Quantized& w, ValueId& out) {
  out = kNone;
  const ValueId bias = node.input(index);
  if (bias == kNone) return true;
  if (const auto stored = matcher.dequantized(bias); stored && stored->type == DType::i32) {
    out = stored->integers;
    return matcher.graph().initializer(out) != nullptr;
  }
  const Tensor* floats = matcher.graph().initializer(bias);
  if (floats == nullptr || floats->dtype() != DType::f32 || floats->rank() != 1) return false;
  std::vector<std::int32_t> rounded;
  for (std::size_t i = 0; i < static_cast<std::size_t>(floats->size()); ++i) {
    const double scale = static_cast<double>(x.scales[0]) * static_cast<double>(w.perTensor() ? w.scales[0] : w.scales[i]);
    const double steps = std::nearbyint(static_cast<double>(floats->data<float>()[i]) / scale);
    if (!(std::fabs(steps) < 2147483647.0)) return false;
    rounded.push_back(static_cast<std::int32_t>(steps));
  }
  out = matcher.constant(displayName(matcher.graph(), node) + "_bias", Tensor::vector<std::int32_t>(rounded));
  return true;
}

/// Operands shared by the QLinear operators: values with their parameters.
std::vector<ValueId> operands(Matcher& matcher, const Node& node, const Quantized& a, const Quantized& b) {
  const std::string name = displayName(matcher.graph(), node);
  return {a.integers, a.scale, matcher.zeroPointOf(a, name + "_a"), b.integers, b.scale, matcher.zeroPointOf(b, name + "_b")};
}

}  // namespace

bool lowerConv(Matcher& matcher, const Node& node) {
  const auto x = matcher.dequantized(node.input(0));
  const auto w = matcher.dequantized(node.input(1));
  if (!is8Bit(x) || !is8Bit(w) || !x->perTensor() || (!w->perTensor() && w->axis != 0)) return false;
  const auto result = matcher.quantizedAfter(node.output(0), true);
  if (!result) return false;
  ValueId bias = kNone;
  if (!integerBias(matcher, node, 2, *x, *w, bias)) return false;
  std::vector<ValueId> inputs = operands(matcher, node, *x, *w);
  inputs.push_back(result->out.scale);
  inputs.push_back(matcher.zeroPointOf(result->out, displayName(matcher.graph(), node) + "_y"));
  if (bias != kNone) inputs.push_back(bias);
  matcher.replace(node, "QLinearConv", "", std::move(inputs), node.attributes, *result);
  return true;
}

bool lowerMatMul(Matcher& matcher, const Node& node) {
  const auto a = matcher.dequantized(node.input(0));
  const auto b = matcher.dequantized(node.input(1));
  if (!is8Bit(a) || !is8Bit(b) || !a->perTensor()) return false;
  if (!b->perTensor()) {
    const auto& shape = matcher.graph().value(node.input(1)).shape;
    const bool columns = shape && shape->rank() == 2 && (b->axis == 1 || b->axis == -1);
    if (!columns) return false;
  }
  const auto result = matcher.quantizedAfter(node.output(0), true);
  if (!result) return false;
  std::vector<ValueId> inputs = operands(matcher, node, *a, *b);
  inputs.push_back(result->out.scale);
  inputs.push_back(matcher.zeroPointOf(result->out, displayName(matcher.graph(), node) + "_y"));
  matcher.replace(node, "QLinearMatMul", "", std::move(inputs), {}, *result);
  return true;
}

bool lowerGemm(Matcher& matcher, const Node& node) {
  const auto a = matcher.dequantized(node.input(0));
  const auto b = matcher.dequantized(node.input(1));
  if (!is8Bit(a) || !is8Bit(b) || !a->perTensor()) return false;
  if (node.attributes.getFloat("alpha", 1) != 1 || (node.input(2) != kNone && node.attributes.getFloat("beta", 1) != 1)) return false;
  const std::int64_t columnAxis = node.attributes.getInt("transB", 0) != 0 ? 0 : 1;
  if (!b->perTensor() && b->axis != columnAxis) return false;
  const auto result = matcher.quantizedAfter(node.output(0), true);
  if (!result) return false;
  ValueId bias = kNone;
  if (!integerBias(matcher, node, 2, *a, *b, bias)) return false;
  std::vector<ValueId> inputs = operands(matcher, node, *a, *b);
  inputs.push_back(bias);
  inputs.push_back(result->out.scale);
  inputs.push_back(matcher.zeroPointOf(result->out, displayName(matcher.graph(), node) + "_y"));
  Attributes attributes;
  attributes.set("transA", node.attributes.getInt("transA", 0));
  attributes.set("transB", node.attributes.getInt("transB", 0));
  matcher.replace(node, "QGemm", "com.microsoft", std::move(inputs), std::move(attributes), *result);
  return true;
}

}  // namespace ew::lowering
