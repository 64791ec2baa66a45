// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<std::vector<std::size_t>> permutation(const Node& node, std::size_t rank) {
  std::vector<std::int64_t> perm;
  for (std::size_t i = rank; i-- > 0;) perm.push_back(static_cast<std::int64_t>(i));
  perm = node.attributes.getInts("perm", perm);
  if (perm.size() != rank)
    return invalid("perm names " + std::to_string(perm.size()) + " axes, the input has " + std::to_string(rank));
  return normalizedAxes(perm, rank, "perm");
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  EW_ASSIGN(const std::vector<std::size_t> perm, permutation(context.node, shape->rank()));
  std::vector<Dim> dims;
  for (const std::size_t axis : perm) dims.push_back((*shape)[axis]);
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  EW_ASSIGN(const std::vector<std::size_t> perm, permutation(context.node, data.rank()));
  const Dims strides = stridesOf(data.dims());
  Layout layout;
  Dims extents;
  for (const std::size_t axis : perm) {
    layout.strides.push_back(strides[axis]);
    extents.push_back(data.dim(axis));
  }
  EW_ASSIGN(context.outputs[0], gathered(data, layout, std::move(extents)));
  return {};
}

}  // namespace

OpDef transposeOp() { return {.name = "Transpose", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
