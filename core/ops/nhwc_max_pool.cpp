// SPDX-License-Identifier: Apache-2.0
// com.microsoft.NhwcMaxPool: MaxPool of bytes whose channels lie last.
#include <algorithm>

#include "core/ops/move.h"
#include "core/ops/pool.h"

namespace ew::ops {

OpDef maxPoolOp();

namespace {

Status infer(InferContext& context) {
  InferContext planes = context;
  std::optional<Shape>& shape = planes.inputs[0].shape;
  if (shape && shape->rank() < 3) return invalid("x has the shape " + shape->text() + ", not [N, spatial..., C]");
  if (shape) {
    std::vector<Dim> dims = shape->dims();
    std::rotate(dims.begin() + 1, dims.end() - 1, dims.end());
    shape = Shape(std::move(dims));
  }
  EW_TRY(inferPool(planes));
  context.outputs[0] = planes.outputs[0];
  if (!planes.outputs[0].shape) return {};
  std::vector<Dim> dims = planes.outputs[0].shape->dims();
  std::rotate(dims.begin() + 1, dims.begin() + 2, dims.end());
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

/// The tensor with axis `from` moved to place `to`.
Result<Tensor> moved(const Tensor& x, std::size_t from, std::size_t to) {
  Dims extents = x.dims();
  Layout layout = layoutOf(x);
  const std::int64_t extent = extents[from], stride = layout.strides[from];
  extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(from));
  layout.strides.erase(layout.strides.begin() + static_cast<std::ptrdiff_t>(from));
  extents.insert(extents.begin() + static_cast<std::ptrdiff_t>(to), extent);
  layout.strides.insert(layout.strides.begin() + static_cast<std::ptrdiff_t>(to), stride);
  return gathered(x, layout, std::move(extents));
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.rank() < 3) return invalid("x has the shape " + dimsText(x.dims()) + ", not [N, spatial..., C]");
  if (x.dtype() != DType::i8 && x.dtype() != DType::u8) return unsupported("x is " + std::string(dtypeName(x.dtype())) + ", not int8 or uint8");
  EW_ASSIGN(Tensor planes, moved(x, x.rank() - 1, 1));
  ComputeContext inner{context.node, context.opset, {std::move(planes)}, std::vector<Tensor>(1)};
  EW_TRY(maxPoolOp().compute(inner));
  EW_ASSIGN(context.outputs[0], moved(inner.outputs[0], 1, x.rank() - 1));
  return {};
}

}  // namespace

OpDef nhwcMaxPoolOp() {
  return {.name = "NhwcMaxPool", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = poolCost, .mostInputs = 1};
}

}  // namespace ew::ops
