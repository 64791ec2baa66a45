// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/inference.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  if (input.rank() < 2) return invalid("the input needs two axes, not the shape " + dimsText(input.dims()));
  std::int64_t k = 0;
  if (context.has(1)) {
    EW_ASSIGN(k, intOf(context.inputs[1], "k"));
  }
  const std::int64_t rows = input.dim(input.rank() - 2);
  const std::int64_t columns = input.dim(input.rank() - 1);
  k = std::clamp(k, -rows - 1, columns + 1);
  const bool upper = context.node.attributes.getInt("upper", 1) != 0;
  EW_ASSIGN(Tensor out, Tensor::create(input.dtype(), input.dims()));
  for (std::int64_t at = 0, row = 0; at < out.size(); at += columns, row = (row + 1) % rows) {
    const std::int64_t edge = std::clamp<std::int64_t>(row + k + (upper ? 0 : 1), 0, columns);
    if (upper) copyRun(input, at + edge, out, at + edge, columns - edge);
    else copyRun(input, at, out, at, edge);
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef triluOp() {
  return {.name = "Trilu", .sinceVersion = 14, .infer = inferSameAsInput, .compute = compute, .cost = movesOnly};
}

}  // namespace ew::ops
