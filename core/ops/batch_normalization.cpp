// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <vector>

#include "core/ops/axis_walk.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

/// Since version 14 an attribute says it; before, extra outputs did, and is_test in the first ones.
bool trains(const Node& node, std::int64_t opset) { return opset >= 14 && node.attributes.getInt("training_mode", 0) != 0; }

Status infer(InferContext& context) {
  EW_TRY(inferSameAsInput(context));
  for (std::size_t i = 1; i < 5 && context.inputs[0].shape && context.inputs[0].shape->rank() > 1; ++i) {
    EW_ASSIGN(const auto parameter, rankedShape(context, i, 1, 1));
    if (parameter) EW_TRY(mergedDim((*context.inputs[0].shape)[1], (*parameter)[0], "channels of X and values of input " + std::to_string(i)));
  }
  const std::size_t statistics = trains(context.node, context.opset) ? 3 : 1;
  for (std::size_t i = 1; i < std::min(statistics, context.outputs.size()); ++i)
    context.outputs[i] = {context.inputs[i + 2].dtype, context.inputs[i + 2].shape, {}};
  return {};
}

/// Mean and variance of each channel over batch and space.
template <class T>
std::vector<Moments> channelMoments(const Tensor& x, const AxisSplit& split) {
  std::vector<Moments> out;
  const T* from = x.data<T>().data();
  for (std::int64_t c = 0; c < split.length; ++c) {
    std::vector<T> values;
    for (std::int64_t n = 0; n < split.outer; ++n) {
      const T* plane = from + (n * split.length + c) * split.inner;
      values.insert(values.end(), plane, plane + split.inner);
    }
    out.push_back(momentsOf(std::span<const T>(values)));
  }
  return out;
}

template <class T>
void normalize(const Tensor& x, const AxisSplit& split, const std::vector<double>& scale, const std::vector<double>& b,
               const std::vector<Moments>& moments, double epsilon, Tensor& y) {
  const T* from = x.data<T>().data();
  T* to = y.mutableData<T>().data();
  for (std::int64_t n = 0; n < split.outer; ++n) {
    for (std::size_t c = 0; c < moments.size(); ++c) {
      const double factor = scale[c] / std::sqrt(moments[c].variance + epsilon);
      for (std::int64_t i = 0; i < split.inner; ++i) *to++ = fromDouble<T>((asDouble(*from++) - moments[c].mean) * factor + b[c]);
    }
  }
}

/// running = running * momentum + current * (1 - momentum)
Result<Tensor> updated(const Tensor& running, const std::vector<Moments>& current, double Moments::*which, double momentum) {
  EW_ASSIGN(Tensor out, Tensor::create(running.dtype(), running.dims()));
  EW_TRY(dispatchFloat(running.dtype(), [&]<class T>() {
    for (std::size_t c = 0; c < current.size(); ++c)
      out.mutableData<T>()[c] = fromDouble<T>(asDouble(running.data<T>()[c]) * momentum + current[c].*which * (1 - momentum));
  }));
  return out;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.rank() < 1) return invalid("X is a scalar");
  if (context.opset < 9 && x.rank() > 2 && context.node.attributes.getInt("spatial", 1) == 0)
    return unsupported("spatial=0 (statistics of each element, not of each channel) is not supported");
  const std::int64_t channels = x.rank() > 1 ? x.dim(1) : 1;
  std::vector<std::vector<double>> parameters;
  for (std::size_t i = 1; i < 5; ++i) {
    if (context.inputs[i].dims() != Dims{channels})
      return invalid("input " + std::to_string(i) + " has the shape " + dimsText(context.inputs[i].dims()) + ", not " + std::to_string(channels));
    EW_ASSIGN(std::vector<double> values, toDoubles(context.inputs[i]));
    parameters.push_back(std::move(values));
  }
  const AxisSplit split = x.rank() > 1 ? splitAround(x.dims(), 1, 2) : AxisSplit{x.dim(0), 1, 1};
  std::vector<Moments> moments(static_cast<std::size_t>(channels));
  for (std::size_t c = 0; c < moments.size(); ++c) moments[c] = {parameters[2][c], parameters[3][c]};
  const bool training = trains(context.node, context.opset);
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    if (training) moments = channelMoments<T>(x, split);
    normalize<T>(x, split, parameters[0], parameters[1], moments, static_cast<double>(context.node.attributes.getFloat("epsilon", 1e-5F)), y);
  }));
  context.outputs[0] = std::move(y);
  if (!training) return {};
  const double momentum = static_cast<double>(context.node.attributes.getFloat("momentum", 0.9F));
  if (context.wants(1)) {
    EW_ASSIGN(context.outputs[1], updated(context.inputs[3], moments, &Moments::mean, momentum));
  }
  if (context.wants(2)) {
    EW_ASSIGN(context.outputs[2], updated(context.inputs[4], moments, &Moments::variance, momentum));
  }
  return {};
}

/// A multiplication and an addition an element, once scale and variance are joined.
Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({2, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef batchNormalizationOp() {
  return {.name = "BatchNormalization", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 5};
}

}  // namespace ew::ops
