// SPDX-License-Identifier: Apache-2.0
#include "core/ops/inference.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  const Tensor& lengths = context.inputs[1];
  const std::int64_t time = context.node.attributes.getInt("time_axis", 0);
  const std::int64_t batch = context.node.attributes.getInt("batch_axis", 1);
  if (input.rank() < 2 || time < 0 || time > 1 || batch != 1 - time)
    return invalid("time_axis " + std::to_string(time) + " and batch_axis " + std::to_string(batch) + " of shape " + dimsText(input.dims()));
  const std::int64_t steps = input.dim(static_cast<std::size_t>(time));
  const std::int64_t batches = input.dim(static_cast<std::size_t>(batch));
  if (lengths.dtype() != DType::i64 || lengths.dims() != Dims{batches})
    return invalid("sequence_lens must be " + std::to_string(batches) + " int64 values, not of shape " + dimsText(lengths.dims()));
  Tensor out = input;
  const Dims strides = stridesOf(input.dims());
  const std::int64_t run = strides[1];
  for (std::int64_t b = 0; b < batches; ++b) {
    const std::int64_t length = lengths.data<std::int64_t>()[static_cast<std::size_t>(b)];
    if (length < 0 || length > steps) return invalid("sequence_lens has the value " + std::to_string(length) + " for " + std::to_string(steps) + " steps");
    const std::int64_t first = b * strides[static_cast<std::size_t>(batch)];
    const std::int64_t step = strides[static_cast<std::size_t>(time)];
    for (std::int64_t t = 0; t < length; ++t) copyRun(input, first + (length - 1 - t) * step, out, first + t * step, run);
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef reverseSequenceOp() {
  return {.name = "ReverseSequence", .sinceVersion = 10, .infer = inferSameAsInput, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
