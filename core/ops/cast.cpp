// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cast_elements.h"
#include "core/ops/op.h"

namespace ew::ops {
namespace {

Result<DType> targetType(const Node& node) {
  const std::int64_t to = node.attributes.getInt("to", 0);
  const auto type = to > 0 && to < 1000 ? dtypeFromOnnx(static_cast<int>(to)) : std::nullopt;
  if (!type) return unsupported("attribute to names the element type " + std::to_string(to) + ", which is not known");
  return *type;
}

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, targetType(context.node));
  context.outputs[0].shape = context.inputs[0].shape;
  const DType to = context.outputs[0].dtype;
  if (to == DType::i64 || to == DType::i32) context.outputs[0].elements = context.knownElements(0);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const DType type, targetType(context.node));
  EW_ASSIGN(context.outputs[0], castElements(context.inputs[0], type, context.node.attributes.getInt("saturate", 1) != 0));
  return {};
}

}  // namespace

OpDef castOp() { return {.name = "Cast", .sinceVersion = 6, .infer = infer, .compute = compute}; }

}  // namespace ew::ops
