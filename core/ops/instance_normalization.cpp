// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/axis_walk.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.rank() < 2) return invalid("input of shape " + dimsText(x.dims()) + " has no batch and channels");
  EW_TRY(requireChannels(context.inputs[1], "scale", x.dtype(), x.dim(1)));
  EW_TRY(requireChannels(context.inputs[2], "B", x.dtype(), x.dim(1)));
  const double epsilon = static_cast<double>(context.node.attributes.getFloat("epsilon", 1e-5F));
  const AxisSplit split = splitAround(x.dims(), 1, 2);
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    const auto plane = static_cast<std::size_t>(split.inner);
    const T* scale = context.inputs[1].data<T>().data();
    const T* B = context.inputs[2].data<T>().data();
    for (std::size_t first = 0; plane > 0 && first < x.data<T>().size(); first += plane) {
      const std::size_t c = first / plane % static_cast<std::size_t>(split.length);
      const std::span<const T> from = x.data<T>().subspan(first, plane);
      const Moments moments = momentsOf(from);
      const double factor = asDouble(scale[c]) / std::sqrt(moments.variance + epsilon);
      std::ranges::transform(from, y.mutableData<T>().subspan(first, plane).begin(),
                             [&](T value) { return fromDouble<T>((asDouble(value) - moments.mean) * factor + asDouble(B[c])); });
    }
  }));
  context.outputs[0] = std::move(y);
  return {};
}

/// Two passes for the moments, then a multiplication and an addition.
Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({6, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef instanceNormalizationOp() {
  return {.name = "InstanceNormalization", .infer = inferSameAsInput, .compute = compute, .cost = cost, .requiredInputs = 3};
}

}  // namespace ew::ops
