// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/cast_elements.h"
#include "core/ops/inference.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<DType> typeOf(const Node& node, DType input) {
  const std::int64_t number = node.attributes.getInt("dtype", dtypeToOnnx(input));
  const auto type = number > 0 && number < 1000 ? dtypeFromOnnx(static_cast<int>(number)) : std::nullopt;
  if (!type) return unsupported("attribute dtype names the element type " + std::to_string(number) + ", which is not known");
  return *type;
}

Status infer(InferContext& context) {
  if (context.inputs[0].dtype != DType::none || context.node.attributes.has("dtype")) {
    EW_ASSIGN(context.outputs[0].dtype, typeOf(context.node, context.inputs[0].dtype));
  }
  EW_ASSIGN(context.outputs[0].shape, rankedShape(context, 0, 2, 2));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  if (input.rank() != 2) return invalid("the input must be a matrix, not of shape " + dimsText(input.dims()));
  EW_ASSIGN(const DType type, typeOf(context.node, input.dtype()));
  EW_ASSIGN(Tensor out, Tensor::create(type, input.dims()));
  EW_ASSIGN(const Tensor one, castElements(Tensor::scalar(std::int32_t{1}), type, true));
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
