// SPDX-License-Identifier: Apache-2.0
#include "core/base/checked.h"
#include "core/ops/attributes.h"
#include "core/ops/extent.h"
#include "core/ops/inference.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<std::size_t> concatAxis(const Node& node, std::size_t rank) {
  return normalizedAxis(node.attributes.getInt("axis", 1), rank);
}

void inferElements(InferContext& context) {
  std::vector<Dim> joined;
  for (std::size_t i = 0; i < context.inputs.size(); ++i) {
    const auto& shape = context.inputs[i].shape;
    if (!shape || shape->rank() != 1) return;
    if (const auto elements = context.knownElements(i)) {
      joined.insert(joined.end(), elements->begin(), elements->end());
      continue;
    }
    // Nothing is known of this part, but how long it is; a shape has few entries.
    if (!(*shape)[0].known() || (*shape)[0].extent > 64) return;
    joined.insert(joined.end(), static_cast<std::size_t>((*shape)[0].extent), Dim());
  }
  context.outputs[0].elements = std::move(joined);
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (!context.inputs[0].shape) return {};
  Shape out = *context.inputs[0].shape;
  EW_ASSIGN(const std::size_t axis, concatAxis(context.node, out.rank()));
  bool rankOnly = false;
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    const auto& shape = context.inputs[i].shape;
    if (!shape) {
      rankOnly = true;
      continue;
    }
    if (shape->rank() != out.rank())
      return invalid("input " + std::to_string(i) + " (" + shape->text() + ") and input 0 (" + out.text() + ") differ in rank");
    for (std::size_t k = 0; k < out.rank(); ++k) {
      if (k != axis) {
        EW_ASSIGN(out[k], mergedDim(out[k], (*shape)[k], "input " + std::to_string(i) + ", axis " + std::to_string(k)));
      } else {
        const bool known = out[k].known() && (*shape)[k].known();
        const auto sum = known ? checkedAdd(out[k].extent, (*shape)[k].extent) : std::nullopt;
        if (known && !sum) return limitReached("the joined extent overflows");
        out[k] = sum ? Dim(*sum) : sumOf(out[k], (*shape)[k]);
      }
    }
  }
  if (rankOnly) out[axis] = Dim();
  context.outputs[0].shape = std::move(out);
  inferElements(context);
  return {};
}

Result<Dims> joinedDims(const ComputeContext& context, std::size_t axis) {
  const Tensor& first = context.inputs[0];
  Dims dims = first.dims();
  for (std::size_t i = 1; i < context.inputs.size(); ++i) {
    const Tensor& input = context.inputs[i];
    const std::string name = "input " + std::to_string(i);
    if (!input.present()) return invalid(name + " is missing");
    if (input.dtype() != first.dtype()) return invalid(name + " differs from input 0 in element type");
    bool fits = input.rank() == dims.size();
    for (std::size_t k = 0; fits && k < dims.size(); ++k) fits = k == axis || input.dim(k) == dims[k];
    const auto sum = fits ? checkedAdd(dims[axis], input.dim(axis)) : std::nullopt;
    if (!sum) return invalid(name + " of shape " + dimsText(input.dims()) + " cannot follow " + dimsText(first.dims()));
    dims[axis] = *sum;
  }
  return dims;
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::size_t axis, concatAxis(context.node, context.inputs[0].rank()));
  EW_ASSIGN(Dims dims, joinedDims(context, axis));
  EW_ASSIGN(Tensor out, Tensor::create(context.inputs[0].dtype(), std::move(dims)));
  Layout sink = layoutOf(out);
  for (const Tensor& input : context.inputs) {
    copyBox(input, layoutOf(input), out, sink, input.dims());
    sink.offset += input.dim(axis) * sink.strides[axis];
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef concatOp() { return {.name = "Concat", .infer = infer, .compute = compute, .cost = movesOnly}; }

}  // namespace ew::ops
