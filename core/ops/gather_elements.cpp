// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/broadcast.h"
#include "core/ops/indices.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  context.outputs[0].shape = context.inputs[1].shape;
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  const Tensor& indices = context.inputs[1];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), data.rank()));
  EW_TRY(checkElementIndices(data, indices, axis));
  EW_ASSIGN(const std::vector<std::int64_t> positions, axisIndices(indices, data.dim(axis)));
  EW_ASSIGN(Tensor out, Tensor::create(data.dtype(), indices.dims()));
  Dims strides = stridesOf(data.dims());
  const std::int64_t along = strides[axis];
  strides[axis] = 0;
  Walk<1> walk(indices.dims(), {strides});
  const RunCopier copy(data, out);
  for (std::int64_t i = 0; i < out.size(); ++i, walk.next())
    copy(walk.offset(0) + positions[static_cast<std::size_t>(i)] * along, i, 1);
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef gatherElementsOp() {
  return {.name = "GatherElements", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
