// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "core/ops/attributes.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

/// The extents that a MaxPool with these attributes came from.
Result<Dims> unpooledDims(const Node& node, const Dims& x) {
  if (x.size() < 3) return invalid("X of shape " + dimsText(x) + " has no spatial dimensions");
  const std::size_t axes = x.size() - 2;
  EW_ASSIGN(const auto kernel, listAttribute(node, "kernel_shape", axes, 1, 1));
  EW_ASSIGN(const auto strides, listAttribute(node, "strides", axes, 1, 1));
  EW_ASSIGN(const auto pads, listAttribute(node, "pads", 2 * axes, 0, 0));
  Dims out{x[0], x[1]};
  for (std::size_t i = 0; i < axes; ++i) {
    if (x[i + 2] > (std::int64_t{1} << 31)) return limitReached("X of shape " + dimsText(x) + " is too large to unpool");
    out.push_back((x[i + 2] - 1) * strides[i] + kernel[i] - pads[i] - pads[i + axes]);
  }
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const auto x, rankedShape(context, 0, 3));
  if (context.has(2)) {
    if (const auto wanted = context.constantInts(2)) context.outputs[0].shape = Shape(*wanted);
  } else if (x && x->known()) {
    EW_ASSIGN(const Dims dims, unpooledDims(context.node, *x->concrete()));
    context.outputs[0].shape = Shape(dims);
  }
  return {};
}

/// Where element `index` of a tensor of extents `from` lies in one of extents `to`; the same place on every axis.
std::int64_t movedIndex(std::int64_t index, const Dims& from, const Dims& to) {
  const Dims strides = stridesOf(to);
  std::int64_t out = 0;
  for (std::size_t axis = from.size(); axis-- > 0;) {
    out += index % from[axis] * strides[axis];
    index /= from[axis];
  }
  return out;
}

/// The indices count inside what the MaxPool came from; output_shape may be larger than that.
Result<std::vector<std::int64_t>> targets(const Tensor& indices, const Dims& pooled, const Dims& out) {
  bool fits = pooled.size() == out.size();
  for (std::size_t axis = 0; fits && axis < out.size(); ++axis) fits = pooled[axis] <= out[axis];
  if (!fits) return invalid("output_shape " + dimsText(out) + " is smaller than what was pooled, " + dimsText(pooled));
  std::vector<std::int64_t> to;
  for (const std::int64_t index : indices.data<std::int64_t>()) {
    if (index < 0 || index >= elementCount(pooled)) return invalid("index " + std::to_string(index) + " lies outside " + dimsText(pooled));
    to.push_back(movedIndex(index, pooled, out));
  }
  return to;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& indices = context.inputs[1];
  if (indices.dtype() != DType::i64 || indices.size() != x.size()) return invalid("I has the shape " + dimsText(indices.dims()) + ", X " + dimsText(x.dims()));
  EW_ASSIGN(const Dims pooled, unpooledDims(context.node, x.dims()));
  Dims dims = pooled;
  if (context.has(2)) {
    EW_ASSIGN(dims, toInts(context.inputs[2]));
  }
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), dims));
  EW_ASSIGN(const std::vector<std::int64_t> to, targets(indices, pooled, dims));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    for (std::size_t i = 0; i < to.size(); ++i) y.mutableData<T>()[static_cast<std::size_t>(to[i])] = x.data<T>()[i];
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef maxUnpoolOp() { return {.name = "MaxUnpool", .sinceVersion = 9, .infer = infer, .compute = compute, .requiredInputs = 2}; }

}  // namespace ew::ops
