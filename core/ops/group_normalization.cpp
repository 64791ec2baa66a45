// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/axis_walk.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

/// scale and bias have one value a group before version 21 and one a channel since.
template <class T>
void normalize(const ComputeContext& context, std::int64_t groups, const AxisSplit& split, double epsilon, Tensor& y) {
  const bool byGroup = context.opset < 21;
  const std::int64_t channels = split.length, inGroup = channels / groups;
  const auto length = static_cast<std::size_t>(inGroup * split.inner);
  const std::span<const T> x = context.inputs[0].data<T>();
  const T* scale = context.inputs[1].data<T>().data();
  const T* bias = context.inputs[2].data<T>().data();
  for (std::int64_t n = 0; n < split.outer; ++n) {
    for (std::int64_t g = 0; g < groups; ++g) {
      const auto first = static_cast<std::size_t>(n * groups + g) * length;
      const Moments moments = momentsOf(x.subspan(first, length));
      const double inverse = 1 / std::sqrt(moments.variance + epsilon);
      for (std::size_t i = 0; i < length; ++i) {
        const std::int64_t channel = g * inGroup + static_cast<std::int64_t>(i) / split.inner;
        const std::int64_t at = byGroup ? g : channel;
        y.mutableData<T>()[first + i] = fromDouble<T>((asDouble(x[first + i]) - moments.mean) * inverse * asDouble(scale[at]) + asDouble(bias[at]));
      }
    }
  }
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.rank() < 2) return invalid("X of shape " + dimsText(x.dims()) + " has no batch and channels");
  const std::int64_t groups = context.node.attributes.getInt("num_groups", 0);
  if (groups < 1 || x.dim(1) % groups != 0)
    return invalid(std::to_string(x.dim(1)) + " channels do not fall into " + std::to_string(groups) + " groups");
  const std::int64_t values = context.opset < 21 ? groups : x.dim(1);
  EW_TRY(requireChannels(context.inputs[1], "scale", x.dtype(), values));
  EW_TRY(requireChannels(context.inputs[2], "bias", x.dtype(), values));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    if (y.size() > 0) normalize<T>(context, groups, splitAround(x.dims(), 1, 2), static_cast<double>(context.node.attributes.getFloat("epsilon", 1e-5F)), y);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({8, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef groupNormalizationOp() {
  return {.name = "GroupNormalization", .sinceVersion = 18, .infer = inferSameAsInput, .compute = compute, .cost = cost, .requiredInputs = 3};
}

}  // namespace ew::ops
