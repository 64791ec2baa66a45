// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/attributes.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (!context.node.attributes.has("axis")) {
    context.outputs[0].shape = Shape(std::vector<Dim>(1));
    return {};
  }
  if (!context.inputs[0].shape) return {};
  Shape out = *context.inputs[0].shape;
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), out.rank()));
  out[axis] = Dim();
  context.outputs[0].shape = std::move(out);
  return {};
}

Result<std::vector<std::int64_t>> chosen(const Tensor& condition, std::int64_t extent) {
  if (condition.dtype() != DType::boolean || condition.rank() != 1)
    return invalid("condition must be a vector of bool, not " + std::string(dtypeName(condition.dtype())) + " of shape " + dimsText(condition.dims()));
  std::vector<std::int64_t> out;
  const std::span<const std::uint8_t> wanted = condition.data<std::uint8_t>();
  for (std::int64_t i = 0; i < std::min(condition.size(), extent); ++i)
    if (wanted[static_cast<std::size_t>(i)] != 0) out.push_back(i);
  return out;
}

Status compute(ComputeContext& context) {
  // Without an axis the input counts as flat.
  const bool flat = !context.node.attributes.has("axis");
  const Tensor input = flat ? context.inputs[0].reshaped({context.inputs[0].size()}) : context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), input.rank()));
  EW_ASSIGN(const std::vector<std::int64_t> positions, chosen(context.inputs[1], input.dim(axis)));
  Dims dims = input.dims();
  dims[axis] = static_cast<std::int64_t>(positions.size());
  EW_ASSIGN(Tensor out, Tensor::create(input.dtype(), std::move(dims)));
  Dims slice = input.dims();
  slice[axis] = 1;
  Layout source = layoutOf(input);
  Layout sink = layoutOf(out);
  const std::int64_t step = source.strides[axis];
  for (const std::int64_t position : positions) {
    source.offset = position * step;
    copyBox(input, source, out, sink, slice);
    sink.offset += sink.strides[axis];
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef compressOp() {
  return {.name = "Compress", .sinceVersion = 9, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
