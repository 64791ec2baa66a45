// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/indices.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

void inferElements(InferContext& context) {
  const auto elements = context.knownElements(0);
  const auto indices = context.constantInts(1);
  if (!elements || !indices) return;
  std::vector<Dim> out;
  for (const std::int64_t index : *indices) {
    const auto position = axisIndex(index, static_cast<std::int64_t>(elements->size()));
    if (!position.ok()) return;
    out.push_back((*elements)[static_cast<std::size_t>(*position)]);
  }
  context.outputs[0].elements = std::move(out);
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& data = context.inputs[0].shape;
  const auto& indices = context.inputs[1].shape;
  if (!data || !indices) return {};
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), data->rank()));
  std::vector<Dim> dims(data->dims().begin(), data->dims().begin() + static_cast<std::ptrdiff_t>(axis));
  dims.insert(dims.end(), indices->dims().begin(), indices->dims().end());
  dims.insert(dims.end(), data->dims().begin() + static_cast<std::ptrdiff_t>(axis) + 1, data->dims().end());
  if (data->rank() == 1 && dims.size() <= 1) inferElements(context);
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  const Tensor& indices = context.inputs[1];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), data.rank()));
  EW_ASSIGN(const std::vector<std::int64_t> positions, axisIndices(indices, data.dim(axis)));
  const auto at = data.dims().begin() + static_cast<std::ptrdiff_t>(axis);
  const Dims outer(data.dims().begin(), at);
  const Dims inner(at + 1, data.dims().end());
  Dims dims = outer;
  dims.insert(dims.end(), indices.dims().begin(), indices.dims().end());
  dims.insert(dims.end(), inner.begin(), inner.end());
  EW_ASSIGN(Tensor out, Tensor::create(data.dtype(), std::move(dims)));
  if (out.size() > 0) {
    const std::int64_t run = elementCount(inner);
    const std::int64_t blocks = elementCount(outer);
    std::int64_t to = 0;
    const RunCopier copy(data, out);
    for (std::int64_t block = 0; block < blocks; ++block)
      for (const std::int64_t position : positions) {
        copy((block * data.dim(axis) + position) * run, to, run);
        to += run;
      }
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef gatherOp() { return {.name = "Gather", .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2}; }

}  // namespace ew::ops
