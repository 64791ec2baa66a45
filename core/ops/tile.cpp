// SPDX-License-Identifier: Apache-2.0
#include "core/base/checked.h"
#include "core/ops/extent.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<Dim> tiledDim(const Dim& extent, std::int64_t repeats) {
  if (repeats < 0) return invalid("repeats has the entry " + std::to_string(repeats));
  if (repeats == 1) return extent;
  if (!extent.known()) return productOf(extent, Dim(repeats));
  const auto product = checkedMul(extent.extent, repeats);
  if (!product) return limitReached("extent " + extent.text() + " repeated " + std::to_string(repeats) + " times overflows");
  return Dim(*product);
}

Result<Shape> tiledShape(const Shape& shape, const std::vector<std::int64_t>& repeats) {
  if (repeats.size() != shape.rank())
    return invalid("repeats has " + std::to_string(repeats.size()) + " entries for an input of rank " + std::to_string(shape.rank()));
  std::vector<Dim> dims;
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    EW_ASSIGN(Dim dim, tiledDim(shape[i], repeats[i]));
    dims.push_back(std::move(dim));
  }
  return Shape(std::move(dims));
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  EW_ASSIGN(const IntList repeats, intList(context, 1, "repeats"));
  if (!repeats.known) {
    std::vector<Dim> dims(shape->rank());
    if (const auto elements = context.knownElements(1); elements && elements->size() == dims.size())
      for (std::size_t i = 0; i < dims.size(); ++i) dims[i] = productOf((*shape)[i], (*elements)[i]);
    context.outputs[0].shape = Shape(std::move(dims));
    return {};
  }
  EW_ASSIGN(context.outputs[0].shape, tiledShape(*shape, repeats.values));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const std::vector<std::int64_t> repeats, intsOf(context.inputs[1], "repeats"));
  EW_ASSIGN(const Shape shape, tiledShape(input.shape(), repeats));
  EW_ASSIGN(Tensor out, Tensor::create(input.dtype(), *shape.concrete()));
  if (out.size() > 0) {
    // Seen as (repeats, extent) pairs of axes, the copies of an axis are a step of zero.
    const Dims strides = stridesOf(input.dims());
    Layout layout;
    Dims extents;
    for (std::size_t i = 0; i < repeats.size(); ++i) {
      layout.strides.insert(layout.strides.end(), {0, strides[i]});
      extents.insert(extents.end(), {repeats[i], input.dim(i)});
    }
    copyBox(input, layout, out, {0, stridesOf(extents)}, extents);
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef tileOp() {
  return {.name = "Tile", .sinceVersion = 6, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
