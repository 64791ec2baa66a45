// SPDX-License-Identifier: Apache-2.0
#include "core/ops/reduce.h"

#include "core/ops/attributes.h"
#include "core/ops/cost.h"
#include "core/ops/int_operand.h"

namespace ew::ops {
namespace {

template <class Context>
Result<ReducedAxes> axesOf(const Context& context, std::size_t rank) {
  EW_ASSIGN(const IntList axes, intList(context, 1, "axes"));
  ReducedAxes out{axes.known, context.node.attributes.getInt("keepdims", 1) != 0, std::vector<bool>(rank, false)};
  if (!axes.known) return out;
  if (axes.values.empty()) {
    out.reduced.assign(rank, context.node.attributes.getInt("noop_with_empty_axes", 0) == 0);
    return out;
  }
  EW_ASSIGN(const std::vector<std::size_t> named, normalizedAxes(axes.values, rank));
  for (const std::size_t axis : named) out.reduced[axis] = true;
  return out;
}

}  // namespace

Result<ReducedAxes> reducedAxes(const InferContext& context, std::size_t rank) { return axesOf(context, rank); }
Result<ReducedAxes> reducedAxes(const ComputeContext& context, std::size_t rank) { return axesOf(context, rank); }

Dims reducedDims(const Dims& dims, const ReducedAxes& axes) {
  Dims out;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (!axes.reduced[i]) out.push_back(dims[i]);
    else if (axes.keep) out.push_back(1);
  }
  return out;
}

Dims reducedStrides(const Dims& dims, const ReducedAxes& axes) {
  Dims kept = dims;
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (axes.reduced[i]) kept[i] = 1;
  Dims strides = stridesOf(kept);
  for (std::size_t i = 0; i < dims.size(); ++i)
    if (axes.reduced[i]) strides[i] = 0;
  return strides;
}

Status inferReduce(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  EW_ASSIGN(const ReducedAxes axes, reducedAxes(context, shape->rank()));
  if (!axes.known) {
    if (axes.keep) context.outputs[0].shape = Shape(std::vector<Dim>(shape->rank()));
    return {};
  }
  std::vector<Dim> dims;
  for (std::size_t i = 0; i < shape->rank(); ++i) {
    if (!axes.reduced[i]) dims.push_back((*shape)[i]);
    else if (axes.keep) dims.push_back(Dim(1));
  }
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Cost costOfReduce(const Node&, std::span<const Dims> inputs, std::span<const Dims>) { return {0, work(inputs[0])}; }

}  // namespace ew::ops
