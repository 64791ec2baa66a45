// SPDX-License-Identifier: Apache-2.0
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<Tensor> valueOf(const Attributes& attributes) {
  if (const Tensor* value = attributes.getTensor("value")) return *value;
  if (const auto* value = attributes.find<float>("value_float")) return Tensor::scalar(*value);
  if (const auto* value = attributes.find<std::vector<float>>("value_floats")) return Tensor::vector(*value);
  if (const auto* value = attributes.find<std::int64_t>("value_int")) return Tensor::scalar(*value);
  if (const auto* value = attributes.find<std::vector<std::int64_t>>("value_ints")) return Tensor::vector(*value);
  if (const auto* value = attributes.find<std::string>("value_string")) return Tensor::strings({}, {*value});
  if (const auto* value = attributes.find<std::vector<std::string>>("value_strings"))
    return Tensor::strings({static_cast<std::int64_t>(value->size())}, *value);
  if (attributes.has("sparse_value") || attributes.has("value")) return unsupported("a value that is no dense tensor is not supported");
  return invalid("the node has no value");
}

Status infer(InferContext& context) {
  EW_ASSIGN(const Tensor value, valueOf(context.node.attributes));
  context.outputs[0].dtype = value.dtype();
  context.outputs[0].shape = value.shape();
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(context.outputs[0], valueOf(context.node.attributes));
  return {};
}

}  // namespace

OpDef constantOp() {
  return {.name = "Constant", .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 0};
}

}  // namespace ew::ops
