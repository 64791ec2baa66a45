// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/cast_elements.h"
#include "core/ops/inference.h"
#include "core/ops/move.h"
#include "core/ops/node_type.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_ASSIGN(context.outputs[0].dtype, typeAttribute(context.node, "dtype", context.inputs[0].dtype));
  EW_ASSIGN(context.outputs[0].shape, rankedShape(context, 0, 2, 2));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  if (input.rank() != 2) return invalid("the input must be a matrix, not of shape " + dimsText(input.dims()));
  EW_ASSIGN(const DType type, typeAttribute(context.node, "dtype", input.dtype()));
  EW_ASSIGN(Tensor out, Tensor::create(type, input.dims()));
  EW_ASSIGN(const Tensor one, castElements(Tensor::scalar(std::int32_t{1}), type));
  const std::int64_t k = context.node.attributes.getInt("k", 0);
  const std::int64_t columns = input.dim(1);
  if (k > -input.dim(0) && k < columns)
    for (std::int64_t row = std::max<std::int64_t>(0, -k); row < input.dim(0) && row + k < columns; ++row)
      copyRun(one, 0, out, row * columns + row + k, 1);
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef eyeLikeOp() { return {.name = "EyeLike", .sinceVersion = 9, .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
