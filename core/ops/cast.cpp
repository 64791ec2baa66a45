// SPDX-License-Identifier: Apache-2.0
#include "core/ops/element_facts.h"
#include "core/base/text.h"
#include "core/ops/cast_elements.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

/// Attribute to: ONNX's number of a type, or in version 1 its name.
Result<DType> targetType(const Node& node) {
  const std::string* name = node.attributes.find<std::string>("to");
  if (name == nullptr) return typeAttribute(node, "to", DType::f32);
  std::string lower;
  for (const char c : *name) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const auto type = dtypeFromName(lower == "float" ? "float32" : lower == "double" ? "float64" : lower);
  if (!type || *type == DType::none || dtypeToOnnx(*type) < 1) return unsupported("attribute to names the element type " + inQuotes(*name) + ", which is not known");
  return *type;
}

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, targetType(context.node));
  context.outputs[0].shape = context.inputs[0].shape;
  const DType to = context.outputs[0].dtype, from = context.inputs[0].dtype;
  // Through float as well, as long as the numbers are whole: that is how some exporters scale an extent.
  if (to == DType::i64 || to == DType::i32 || to == DType::f32 || to == DType::f64 || (to == DType::boolean && from == DType::boolean))
    mapElements(context, [](const Extent& x) { return std::optional(x); });
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const DType type, targetType(context.node));
  EW_ASSIGN(context.outputs[0], castElements(context.inputs[0], type, castRules(context.node, context.opset)));
  return {};
}

}  // namespace

OpDef castOp() { return {.name = "Cast", .infer = infer, .compute = compute}; }

}  // namespace ew::ops
