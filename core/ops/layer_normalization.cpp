// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/broadcast.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

/// Mean and InvStdDev have the type of stash_type and 1 on the axes that were normalized.
DType stashType(const Node& node) { return dtypeFromOnnx(static_cast<int>(node.attributes.getInt("stash_type", 1))).value_or(DType::none); }

Status infer(InferContext& context) {
  EW_TRY(inferSameAsInput(context));
  if (!context.inputs[0].shape) return {};
  Shape reduced = *context.inputs[0].shape;
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), reduced.rank()));
  for (std::size_t i = axis; i < reduced.rank(); ++i) reduced[i] = Dim(1);
  for (std::size_t i = 1; i < std::min<std::size_t>(3, context.outputs.size()); ++i) context.outputs[i] = {stashType(context.node), reduced, {}};
  return {};
}

/// scale or B seen with the extents of X; every element 1 or 0 when it is absent.
struct Parameter {
  const Tensor* tensor = nullptr;
  Dims strides;
};

Result<Parameter> parameter(const ComputeContext& context, std::size_t index, const Dims& dims) {
  if (!context.has(index)) return Parameter{nullptr, Dims(dims.size(), 0)};
  const Tensor& tensor = context.inputs[index];
  if (tensor.dtype() != context.inputs[0].dtype() || !broadcastsTo(tensor.dims(), dims))
    return invalid("input " + std::to_string(index) + " of shape " + dimsText(tensor.dims()) + " does not broadcast to " + dimsText(dims));
  return Parameter{&tensor, broadcastStrides(tensor.dims(), dims)};
}

template <class T>
void normalize(const Tensor& x, std::size_t length, const Parameter& scale, const Parameter& b, double epsilon, Tensor& y,
               std::vector<Moments>& lines) {
  Walk<2> walk(x.dims(), {scale.strides, b.strides});
  for (std::size_t first = 0; length > 0 && first < x.data<T>().size(); first += length) {
    const std::span<const T> from = x.data<T>().subspan(first, length);
    const Moments moments = momentsOf(from);
    const double inverse = 1 / std::sqrt(moments.variance + epsilon);
    for (std::size_t i = 0; i < length; ++i) {
      double value = (asDouble(from[i]) - moments.mean) * inverse;
      if (scale.tensor != nullptr) value *= asDouble(scale.tensor->data<T>()[static_cast<std::size_t>(walk.offset(0))]);
      if (b.tensor != nullptr) value += asDouble(b.tensor->data<T>()[static_cast<std::size_t>(walk.offset(1))]);
      y.mutableData<T>()[first + i] = fromDouble<T>(value);
      walk.next();
    }
    lines.push_back({moments.mean, inverse});
  }
}

Result<Tensor> statistic(DType type, const Dims& dims, const std::vector<Moments>& lines, double Moments::*which) {
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  EW_TRY(dispatchFloat(type, [&]<class T>() {
    std::ranges::transform(lines, out.mutableData<T>().begin(), [which](const Moments& line) { return fromDouble<T>(line.*which); });
  }));
  return out;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), x.rank()));
  EW_ASSIGN(const Parameter scale, parameter(context, 1, x.dims()));
  EW_ASSIGN(const Parameter b, parameter(context, 2, x.dims()));
  const double epsilon = static_cast<double>(context.node.attributes.getFloat("epsilon", 1e-5F));
  const AxisSplit split = splitAround(x.dims(), axis, x.rank());
  std::vector<Moments> lines;
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    normalize<T>(x, static_cast<std::size_t>(split.length), scale, b, epsilon, y, lines);
  }));
  context.outputs[0] = std::move(y);
  Dims reduced = x.dims();
  std::fill(reduced.begin() + static_cast<std::ptrdiff_t>(axis), reduced.end(), 1);
  if (elementCount(reduced) != static_cast<std::int64_t>(lines.size())) return invalid("nothing to normalize in " + dimsText(x.dims()));
  if (context.wants(1)) {
    EW_ASSIGN(context.outputs[1], statistic(stashType(context.node), reduced, lines, &Moments::mean));
  }
  if (context.wants(2)) {
    EW_ASSIGN(context.outputs[2], statistic(stashType(context.node), reduced, lines, &Moments::variance));
  }
  return {};
}

/// Two passes for the moments, then scale and shift.
Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({8, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef layerNormalizationOp() {
  return {.name = "LayerNormalization", .sinceVersion = 17, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2};
}

}  // namespace ew::ops
