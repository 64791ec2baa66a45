// SPDX-License-Identifier: Apache-2.0
#include "core/ops/extent.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = DType::i64;
  context.outputs[0].shape = Shape(std::vector<Dim>());
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  Dim count(1);
  for (const Dim& dim : shape->dims()) count = productOf(count, dim);
  context.outputs[0].elements = std::vector<Dim>{std::move(count)};
  return {};
}

Status compute(ComputeContext& context) {
  context.outputs[0] = Tensor::scalar(context.inputs[0].size());
  return {};
}

}  // namespace

OpDef sizeOp() { return {.name = "Size", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
