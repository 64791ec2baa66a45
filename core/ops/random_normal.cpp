// SPDX-License-Identifier: Apache-2.0
// RandomNormal and RandomNormalLike.
#include "core/ops/node_type.h"
#include "core/ops/random.h"

namespace ew::ops {
namespace {

Result<Tensor> drawn(const Node& node, DType type, Dims dims) {
  Random random = randomOf(node);
  const double mean = static_cast<double>(node.attributes.getFloat("mean", 0)), scale = static_cast<double>(node.attributes.getFloat("scale", 1));
  return filledRandomly(type, std::move(dims), [&] { return mean + scale * random.normal(); });
}

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "dtype", DType::f32));
  EW_ASSIGN(const Dims dims, shapeAttribute(context.node));
  context.outputs[0].shape = Shape(dims);
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const DType type, typeAttribute(context.node, "dtype", DType::f32));
  EW_ASSIGN(Dims dims, shapeAttribute(context.node));
  EW_ASSIGN(context.outputs[0], drawn(context.node, type, std::move(dims)));
  return {};
}

Status computeLike(ComputeContext& context) {
  EW_ASSIGN(const DType type, typeAttribute(context.node, "dtype", context.inputs[0].dtype()));
  EW_ASSIGN(context.outputs[0], drawn(context.node, type, context.inputs[0].dims()));
  return {};
}

}  // namespace

OpDef randomNormalOp() {
  return {.name = "RandomNormal", .infer = infer, .compute = compute, .deterministic = false, .requiredInputs = 0, .mostInputs = 0};
}
OpDef randomNormalLikeOp() {
  return {.name = "RandomNormalLike", .infer = inferRandomLike, .compute = computeLike, .deterministic = false, .mostInputs = 1};
}

}  // namespace ew::ops
