// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/broadcast.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

template <class T, class V>
void normalize(const Tensor& x, const Tensor& scale, std::size_t length, double epsilon, Tensor& y) {
  Walk<1> walk(x.dims(), {broadcastStrides(scale.dims(), x.dims())});
  for (std::size_t first = 0; length > 0 && first < x.data<T>().size(); first += length) {
    const std::span<const T> from = x.data<T>().subspan(first, length);
    double squares = 0;
    for (const T value : from) squares += asDouble(value) * asDouble(value);
    const double inverse = 1 / std::sqrt(squares / static_cast<double>(length) + epsilon);
    for (std::size_t i = 0; i < length; ++i) {
      y.mutableData<V>()[first + i] = fromDouble<V>(asDouble(from[i]) * inverse * asDouble(scale.data<V>()[static_cast<std::size_t>(walk.offset(0))]));
      walk.next();
    }
  }
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& scale = context.inputs[1];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), x.rank()));
  if (!broadcastsTo(scale.dims(), x.dims()))
    return invalid("scale of shape " + dimsText(scale.dims()) + " does not broadcast to " + dimsText(x.dims()));
  EW_ASSIGN(Tensor y, Tensor::create(scale.dtype(), x.dims()));
  const auto length = static_cast<std::size_t>(splitAround(x.dims(), axis, x.rank()).length);
  const double epsilon = static_cast<double>(context.node.attributes.getFloat("epsilon", 1e-5F));
  Status known;
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    known = dispatchFloat(scale.dtype(), [&]<class V>() { normalize<T, V>(x, scale, length, epsilon, y); });
  }));
  EW_TRY(std::move(known));
  context.outputs[0] = std::move(y);
  return {};
}

/// Y has the type of scale.
Status infer(InferContext& context) {
  EW_TRY(inferSameAsInput(context));
  context.outputs[0].dtype = context.inputs[1].dtype;
  return {};
}

Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({4, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef rmsNormalizationOp() {
  return {.name = "RMSNormalization", .sinceVersion = 23, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2};
}

}  // namespace ew::ops
