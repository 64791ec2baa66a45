// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/attributes.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

/// The axes that the node names, in its order; all of them when it names none.
Result<std::vector<std::size_t>> axesOf(const Node& node, std::size_t rank) {
  std::vector<std::int64_t> all;
  for (std::size_t i = 0; i < rank; ++i) all.push_back(static_cast<std::int64_t>(i));
  return normalizedAxes(node.attributes.getInts("axes", all), rank);
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (!context.inputs[0].shape) return {};
  Shape out = *context.inputs[0].shape;
  EW_ASSIGN(const std::vector<std::size_t> axes, axesOf(context.node, out.rank()));
  const auto wanted = context.knownElements(1);
  if (wanted && wanted->size() != axes.size()) return invalid("shape has " + std::to_string(wanted->size()) + " entries for " + std::to_string(axes.size()) + " axes");
  for (std::size_t i = 0; i < axes.size(); ++i) out[axes[i]] = wanted ? (*wanted)[i] : Dim();
  context.outputs[0].shape = std::move(out);
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const std::vector<std::size_t> axes, axesOf(context.node, input.rank()));
  EW_ASSIGN(const std::vector<std::int64_t> wanted, intsOf(context.inputs[1], "shape"));
  if (wanted.size() != axes.size()) return invalid("shape has " + std::to_string(wanted.size()) + " entries for " + std::to_string(axes.size()) + " axes");
  Dims dims = input.dims();
  for (std::size_t i = 0; i < axes.size(); ++i) dims[axes[i]] = wanted[i];
  EW_ASSIGN(Tensor out, Tensor::create(input.dtype(), dims));
  Layout source = layoutOf(input);
  Layout sink = layoutOf(out);
  Dims shared;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    // Half of what is too much, rounded down, goes at the begin.
    if (dims[i] < input.dim(i)) source.offset += (input.dim(i) - dims[i]) / 2 * source.strides[i];
    else sink.offset += (dims[i] - input.dim(i)) / 2 * sink.strides[i];
    shared.push_back(std::min(dims[i], input.dim(i)));
  }
  copyBox(input, source, out, sink, shared);
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef centerCropPadOp() {
  return {.name = "CenterCropPad", .sinceVersion = 18, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
