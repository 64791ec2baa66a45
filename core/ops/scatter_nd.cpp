// SPDX-License-Identifier: Apache-2.0
#include "core/ops/indices.h"
#include "core/ops/inference.h"
#include "core/ops/scatter.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Tensor& indices = context.inputs[1];
  const Tensor& updates = context.inputs[2];
  Tensor out = context.inputs[0];
  EW_ASSIGN(const BlockIndices blocks, blockIndices(out, indices, 0));
  Dims expected(indices.dims().begin(), indices.dims().end() - 1);
  expected.insert(expected.end(), blocks.block.begin(), blocks.block.end());
  if (updates.dims() != expected)
    return invalid("updates have the shape " + dimsText(updates.dims()) + ", not " + dimsText(expected));
  EW_ASSIGN(const Scatterer scatterer, Scatterer::create(context.node, out, updates));
  const std::int64_t run = elementCount(blocks.block);
  std::int64_t from = 0;
  for (const std::int64_t offset : blocks.offsets) {
    scatterer.write(updates, from, out, offset, run);
    from += run;
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef scatterNDOp() {
  return {.name = "ScatterND", .sinceVersion = 11, .infer = inferSameAsInput, .compute = compute, .requiredInputs = 3};
}

}  // namespace ew::ops
