// SPDX-License-Identifier: Apache-2.0
#include "core/ops/indices.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<std::size_t> batchAxes(const Node& node) {
  const std::int64_t batch = node.attributes.getInt("batch_dims", 0);
  if (batch < 0 || batch > 64) return invalid("batch_dims is " + std::to_string(batch));
  return static_cast<std::size_t>(batch);
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const std::size_t batch, batchAxes(context.node));
  const auto& data = context.inputs[0].shape;
  const auto& indices = context.inputs[1].shape;
  if (!data || !indices || indices->rank() == 0) return {};
  const Dim& depth = (*indices)[indices->rank() - 1];
  if (!depth.known()) return {};
  if (batch >= indices->rank() || depth.extent > static_cast<std::int64_t>(data->rank()) - static_cast<std::int64_t>(batch))
    return invalid("indices " + indices->text() + " name more axes than data " + data->text() + " has");
  std::vector<Dim> dims(indices->dims().begin(), indices->dims().end() - 1);
  dims.insert(dims.end(), data->dims().begin() + static_cast<std::ptrdiff_t>(batch) + depth.extent, data->dims().end());
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  const Tensor& indices = context.inputs[1];
  EW_ASSIGN(const std::size_t batch, batchAxes(context.node));
  EW_ASSIGN(const BlockIndices blocks, blockIndices(data, indices, batch));
  Dims dims(indices.dims().begin(), indices.dims().end() - 1);
  dims.insert(dims.end(), blocks.block.begin(), blocks.block.end());
  EW_ASSIGN(Tensor out, Tensor::create(data.dtype(), std::move(dims)));
  const std::int64_t run = elementCount(blocks.block);
  const RunCopier copy(data, out);
  std::int64_t to = 0;
  for (const std::int64_t offset : blocks.offsets) {
    copy(offset, to, run);
    to += run;
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef gatherNDOp() {
  return {.name = "GatherND", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
