// SPDX-License-Identifier: Apache-2.0
#include "core/ops/inference.h"

#include <algorithm>

#include "core/ops/extent.h"

namespace ew::ops {
namespace {

Result<Dim> broadcastDim(const Dim& a, const Dim& b) {
  if (a == b) return a.known() || !a.symbol.empty() ? a : Dim();
  if (a.extent == 1) return b;
  if (b.extent == 1) return a;
  if (a.known() && b.known()) return invalid("extents " + a.text() + " and " + b.text() + " do not broadcast");
  // One is known and over 1, so the dynamic one is 1 or the same.
  if (a.known()) return a;
  if (b.known()) return b;
  return isCutFrom(a, b) ? b : isCutFrom(b, a) ? a : Dim();
}

}  // namespace

Status inferSameAsInput(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  context.outputs[0].shape = context.inputs[0].shape;
  return {};
}

Result<Shape> broadcastShapes(std::span<const Shape> shapes) {
  std::size_t rank = 0;
  for (const Shape& shape : shapes) rank = std::max(rank, shape.rank());
  std::vector<Dim> dims(rank, Dim(1));
  for (const Shape& shape : shapes) {
    const std::size_t shift = rank - shape.rank();
    for (std::size_t i = 0; i < shape.rank(); ++i) {
      EW_ASSIGN(dims[i + shift], broadcastDim(dims[i + shift], shape[i]));
    }
  }
  return Shape(std::move(dims));
}

Status inferBroadcast(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  std::vector<Shape> shapes;
  for (const ValueFacts& input : context.inputs) {
    if (!input.shape) return {};
    shapes.push_back(*input.shape);
  }
  EW_ASSIGN(context.outputs[0].shape, broadcastShapes(shapes));
  return {};
}

Status inferBroadcastBool(InferContext& context) {
  EW_TRY(inferBroadcast(context));
  context.outputs[0].dtype = DType::boolean;
  return {};
}

Result<Dim> mergedDim(const Dim& a, const Dim& b, const std::string& what) {
  if (a.known() && b.known() && a.extent != b.extent)
    return invalid(what + ": extents " + a.text() + " and " + b.text() + " differ");
  if (a.known()) return a;
  if (b.known()) return b;
  return a.symbol.empty() ? b : a;
}

Result<std::optional<Shape>> rankedShape(const InferContext& context, std::size_t index, std::size_t least, std::size_t most) {
  if (index >= context.inputs.size() || !context.inputs[index].shape) return std::optional<Shape>();
  const Shape& shape = *context.inputs[index].shape;
  if (shape.rank() < least || shape.rank() > most)
    return invalid("input " + std::to_string(index) + " has " + std::to_string(shape.rank()) + " dimensions (" + shape.text() + "), not " +
                   std::to_string(least) + (most == least ? "" : most >= 64 ? " or more" : " to " + std::to_string(most)));
  return std::optional<Shape>(shape);
}

}  // namespace ew::ops
