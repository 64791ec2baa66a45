// SPDX-License-Identifier: Apache-2.0
#include "core/base/checked.h"
#include "core/ops/attributes.h"
#include "core/ops/extent.h"
#include "core/tensor/float_to_int.h"
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

Status tile(ComputeContext& context, const std::vector<std::int64_t>& repeats) {
  const Tensor& input = context.inputs[0];
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

Status compute(ComputeContext& context) {
  EW_ASSIGN(const std::vector<std::int64_t> repeats, intsOf(context.inputs[1], "repeats"));
  return tile(context, repeats);
}

/// Version 1: operand tiles copies along operand axis, each one number.
Result<std::vector<std::int64_t>> repeatsOfVersion1(std::int64_t tiles, std::int64_t axis, std::size_t rank) {
  EW_ASSIGN(const std::size_t at, normalizedAxis(axis, rank));
  std::vector<std::int64_t> repeats(rank, 1);
  repeats[at] = tiles;
  return repeats;
}

Status inferVersion1(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  context.outputs[0].shape = Shape(std::vector<Dim>(shape->rank()));
  const auto tiles = context.constantInts(1), axis = context.constantInts(2);
  if (!tiles || !axis || tiles->size() != 1 || axis->size() != 1) return {};
  EW_ASSIGN(const auto repeats, repeatsOfVersion1((*tiles)[0], (*axis)[0], shape->rank()));
  EW_ASSIGN(context.outputs[0].shape, tiledShape(*shape, repeats));
  return {};
}

Status computeVersion1(ComputeContext& context) {
  // They have the type of the input, so they may be floats.
  EW_ASSIGN(const std::vector<double> tiles, toDoubles(context.inputs[1]));
  EW_ASSIGN(const std::vector<double> axis, toDoubles(context.inputs[2]));
  if (tiles.size() != 1 || axis.size() != 1) return invalid("tiles and axis must be one number each");
  EW_ASSIGN(const auto repeats, repeatsOfVersion1(truncated<std::int64_t>(tiles[0]), truncated<std::int64_t>(axis[0]), context.inputs[0].rank()));
  return tile(context, repeats);
}

}  // namespace

OpDef tileVersion1Op() {
  return {.name = "Tile", .lastVersion = 5, .infer = inferVersion1, .compute = computeVersion1, .cost = movesOnly, .requiredInputs = 3, .mostInputs = 3};
}
OpDef tileOp() {
  return {.name = "Tile", .sinceVersion = 6, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
