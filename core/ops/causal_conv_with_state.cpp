// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

Result<bool> usesSilu(const Node& node) {
  const std::string activation = node.attributes.getString("activation", "none");
  if (activation == "silu" || activation == "swish") return true;
  if (activation == "none") return false;
  return invalid("activation is '" + activation + "', not none, silu or swish");
}

Status infer(InferContext& context) {
  EW_TRY(inferSameAsInput(context));
  EW_TRY(usesSilu(context.node));
  EW_ASSIGN(const auto input, rankedShape(context, 0, 3, 3));
  EW_ASSIGN(const auto weight, rankedShape(context, 1, 3, 3));
  if (context.outputs.size() < 2) return {};
  context.outputs[1].dtype = context.inputs[0].dtype;
  if (!input || !weight) return {};
  const Dim kernel = (*weight)[2];
  context.outputs[1].shape = Shape({(*input)[0], (*input)[1], kernel.known() && kernel.extent > 0 ? Dim(kernel.extent - 1) : Dim()});
  return {};
}

Status check(const ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  const Tensor& weight = context.inputs[1];
  if (input.rank() != 3) return invalid("input has the shape " + dimsText(input.dims()) + ", not (batch, channels, length)");
  if (weight.rank() != 3 || weight.dim(0) != input.dim(1) || weight.dim(1) != 1 || weight.dim(2) < 1)
    return invalid("weight has the shape " + dimsText(weight.dims()) + ", not (" + std::to_string(input.dim(1)) + ", 1, k)");
  if (context.has(2) && context.inputs[2].dims() != Dims{input.dim(1)}) return invalid("bias has the shape " + dimsText(context.inputs[2].dims()));
  if (context.has(3) && context.inputs[3].dims() != Dims{input.dim(0), input.dim(1), weight.dim(2) - 1})
    return invalid("past_state has the shape " + dimsText(context.inputs[3].dims()));
  for (std::size_t i = 1; i < context.inputs.size(); ++i)
    if (context.has(i) && context.inputs[i].dtype() != input.dtype()) return invalid("input " + std::to_string(i) + " has another element type");
  return {};
}

/// `line` holds the k - 1 elements of the past, then the input.
template <class T>
void convolve(std::span<const T> line, std::span<const T> weight, double bias, bool silu, std::span<T> out) {
  for (std::size_t t = 0; t < out.size(); ++t) {
    double sum = bias;
    for (std::size_t j = 0; j < weight.size(); ++j) sum += asDouble(line[t + j]) * asDouble(weight[j]);
    out[t] = fromDouble<T>(sum);
    if (silu) out[t] = fromDouble<T>(asDouble(out[t]) / (1 + std::exp(-asDouble(out[t]))));
  }
}

template <class T>
void run(const ComputeContext& context, bool silu, Tensor& output, Tensor& present) {
  const auto length = static_cast<std::size_t>(context.inputs[0].dim(2)), k = static_cast<std::size_t>(context.inputs[1].dim(2));
  const std::int64_t channels = context.inputs[0].dim(1);
  std::vector<T> line(k - 1 + length);
  for (std::int64_t row = 0; row < context.inputs[0].dim(0) * channels; ++row) {
    const auto at = static_cast<std::size_t>(row), channel = static_cast<std::size_t>(row % channels);
    std::fill(line.begin(), line.end(), T{});
    if (context.has(3)) std::ranges::copy(context.inputs[3].data<T>().subspan(at * (k - 1), k - 1), line.begin());
    std::ranges::copy(context.inputs[0].data<T>().subspan(at * length, length), line.begin() + static_cast<std::ptrdiff_t>(k - 1));
    const double bias = context.has(2) ? asDouble(context.inputs[2].data<T>()[channel]) : 0.0;
    convolve<T>(line, context.inputs[1].data<T>().subspan(channel * k, k), bias, silu, output.mutableData<T>().subspan(at * length, length));
    std::copy(line.end() - static_cast<std::ptrdiff_t>(k - 1), line.end(), present.mutableData<T>().begin() + static_cast<std::ptrdiff_t>(at * (k - 1)));
  }
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const bool silu, usesSilu(context.node));
  EW_TRY(check(context));
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(Tensor output, Tensor::create(input.dtype(), input.dims()));
  EW_ASSIGN(Tensor present, Tensor::create(input.dtype(), {input.dim(0), input.dim(1), context.inputs[1].dim(2) - 1}));
  EW_TRY(checkAllocation(input.dtype(), input.dim(2) + context.inputs[1].dim(2)));
  EW_TRY(dispatchFloat(input.dtype(), [&]<class T>() { run<T>(context, silu, output, present); }));
  context.outputs[0] = std::move(output);
  if (context.outputs.size() > 1) context.outputs[1] = std::move(present);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  return {work({work(outputs[0]), inputs[1].size() == 3 ? inputs[1][2] : 1}), 0};
}

}  // namespace

OpDef causalConvWithStateOp() {
  return {.name = "CausalConvWithState", .sinceVersion = 27, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2, .mostInputs = 4};
}

}  // namespace ew::ops
