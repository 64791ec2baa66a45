// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/ops/axis_walk.h"
#include "core/ops/class_loss.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  EW_TRY(inferClassLoss(context));
  if (context.outputs.size() > 1) context.outputs[1] = {context.inputs[0].dtype, context.inputs[0].shape, {}};
  return {};
}

/// log(softmax) over the classes, axis 1.
Result<Tensor> logProbabilities(const Tensor& scores) {
  EW_ASSIGN(Tensor out, Tensor::create(scores.dtype(), scores.dims()));
  if (scores.rank() < 2 || scores.size() == 0) return out;
  const AxisSplit split = splitAround(scores.dims(), 1, 2);
  const auto step = static_cast<std::size_t>(split.inner);
  EW_TRY(dispatchFloat(scores.dtype(), [&]<class T>() {
    const std::span<const T> from = scores.data<T>();
    const std::span<T> to = out.mutableData<T>();
    std::vector<double> line(static_cast<std::size_t>(split.length));
    forEachLine(split, [&](std::size_t first) {
      for (std::size_t c = 0; c < line.size(); ++c) line[c] = asDouble(from[first + c * step]);
      const double highest = *std::ranges::max_element(line);
      double sum = 0;
      for (const double value : line) sum += std::exp(value - highest);
      for (std::size_t c = 0; c < line.size(); ++c) to[first + c * step] = fromDouble<T>(line[c] - highest - std::log(sum));
    });
  }));
  return out;
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const Tensor logarithms, logProbabilities(context.inputs[0]));
  EW_TRY(computeClassLoss(context, logarithms));
  if (context.wants(1)) context.outputs[1] = logarithms;
  return {};
}

}  // namespace

OpDef softmaxCrossEntropyLossOp() {
  return {.name = "SoftmaxCrossEntropyLoss", .sinceVersion = 12, .infer = infer, .compute = compute, .requiredInputs = 2};
}

}  // namespace ew::ops
