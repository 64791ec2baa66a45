// SPDX-License-Identifier: Apache-2.0
#include "core/base/checked.h"
#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/inference.h"
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

// Inputs: Y_scale, Y_zero_point, then X, X_scale, X_zero_point of each part.
constexpr std::size_t firstPart = 2, partInputs = 3;

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[1].dtype;
  std::optional<Shape> joined;
  for (std::size_t i = firstPart; i + partInputs <= context.inputs.size(); i += partInputs) {
    const std::optional<Shape>& part = context.inputs[i].shape;
    if (!part || (joined && part->rank() != joined->rank())) return {};
    EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), part->rank()));
    if (!joined) {
      joined = part;
      continue;
    }
    for (std::size_t k = 0; k < part->rank(); ++k) {
      if (k != axis) {
        EW_ASSIGN((*joined)[k], mergedDim((*joined)[k], (*part)[k], "axis " + std::to_string(k)));
      } else {
        const bool known = (*joined)[k].known() && (*part)[k].known();
        const auto sum = known ? checkedAdd((*joined)[k].extent, (*part)[k].extent) : std::nullopt;
        (*joined)[k] = sum ? Dim(*sum) : Dim();
      }
    }
  }
  context.outputs[0].shape = std::move(joined);
  return {};
}

/// The joint extents of all parts; Invalid when they do not fit.
Result<Dims> joinedDims(const ComputeContext& context, std::size_t axis) {
  Dims out = context.inputs[firstPart].dims();
  for (std::size_t i = firstPart + partInputs; i + partInputs <= context.inputs.size(); i += partInputs) {
    const Dims& part = context.inputs[i].dims();
    bool fits = part.size() == out.size();
    for (std::size_t k = 0; fits && k < part.size(); ++k) fits = k == axis || part[k] == out[k];
    const auto sum = fits ? checkedAdd(out[axis], part[axis]) : std::nullopt;
    if (!sum) return invalid("part of shape " + dimsText(part) + " does not join " + dimsText(out) + " on axis " + std::to_string(axis));
    out[axis] = *sum;
  }
  return out;
}

Status compute(ComputeContext& context) {
  if ((context.inputs.size() - firstPart) % partInputs != 0) return invalid("inputs are not whole groups of X, X_scale, X_zero_point");
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", 0), context.inputs[firstPart].rank()));
  EW_ASSIGN(const Dims dims, joinedDims(context, axis));
  const DType type = context.inputs[1].dtype();
  EW_ASSIGN(const QuantParameters yScaling, quantParameters(context, 0, 1, type));
  EW_ASSIGN(const bool fixed, usesFixedPoint(context.node));
  EW_ASSIGN(Tensor y, Tensor::create(type, dims));
  const AxisSplit whole = splitAround(dims, axis, axis + 1);
  std::int64_t offset = 0;  // of the part on the axis
  for (std::size_t i = firstPart; i < context.inputs.size(); i += partInputs) {
    const Tensor& x = context.inputs[i];
    if (!context.has(i) || !context.has(i + 1)) return invalid("input " + std::to_string(i) + " or its scale is missing");
    EW_ASSIGN(const QuantParameters xScaling, quantParameters(context, i + 1, i + 2, x.dtype()));
    EW_ASSIGN(const Requantizer requantizer, requantizerFor(xScaling.scale() / yScaling.scale(), yScaling.zeroPoint(), fixed));
    EW_ASSIGN(const std::vector<std::int32_t> values, centred(x, xScaling.zeroPoint()));
    const std::int64_t run = x.dim(axis) * whole.inner;
    EW_TRY(dispatchByte(type, [&]<class T>() {
      T* to = y.mutableData<T>().data() + offset * whole.inner;
      for (std::size_t k = 0; k < values.size(); ++k) {
        const auto at = static_cast<std::int64_t>(k);
        to[at / run * whole.length * whole.inner + at % run] = requantizer.apply<T>(values[k]);
      }
    }));
    offset += x.dim(axis);
  }
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef qLinearConcatOp() { return {.name = "QLinearConcat", .domain = "com.microsoft", .infer = infer, .compute = compute, .requiredInputs = 5}; }

}  // namespace ew::ops
