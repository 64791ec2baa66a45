// SPDX-License-Identifier: Apache-2.0
// com.microsoft: SkipLayerNormalization and SkipSimplifiedLayerNormalization normalize input + skip + bias along the last
// axis; ONNX Runtime's SimplifiedLayerNormalization (no domain) is the second without skip.
#include <cmath>

#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/broadcast.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

/// Which input is what; 0 for what an operator does not have.
struct Operands {
  std::size_t skip, gamma, beta, bias;
  bool centred;  ///< minus the mean
};
constexpr Operands full{1, 2, 3, 4, true}, simplified{1, 2, 0, 3, false}, alone{0, 1, 0, 0, false};

/// Outputs: Y, mean, inverse deviation, sum; of SimplifiedLayerNormalization: Y, inverse deviation.
template <const Operands& which>
Status infer(InferContext& context) {
  EW_TRY(inferSameAsInput(context));
  const bool skips = which.skip != 0;
  for (std::size_t i = 1; i < context.outputs.size(); ++i) {
    const bool sum = skips && i == 3;
    context.outputs[i].dtype = sum ? context.inputs[0].dtype : DType::f32;
    if (!context.inputs[0].shape) continue;
    Shape shape = *context.inputs[0].shape;
    EW_ASSIGN(const std::size_t axis, normalizedAxis(skips ? -1 : context.node.attributes.getInt("axis", -1), shape.rank()));
    for (std::size_t k = axis; !sum && k < shape.rank(); ++k) shape[k] = Dim(1);
    context.outputs[i].shape = std::move(shape);
  }
  return {};
}

/// input + skip + bias, rounded to the element type.
template <class T>
Status addSkip(const ComputeContext& context, const Operands& which, Tensor& sum) {
  const std::span<T> to = sum.mutableData<T>();
  for (const std::size_t index : {which.skip, which.bias}) {
    if (index == 0 || !context.has(index)) continue;
    const Tensor& operand = context.inputs[index];
    if (operand.dtype() != sum.dtype() || !broadcastsTo(operand.dims(), sum.dims()))
      return invalid("input " + std::to_string(index) + " of shape " + dimsText(operand.dims()) + " does not broadcast to " + dimsText(sum.dims()));
    Walk<1> walk(sum.dims(), {broadcastStrides(operand.dims(), sum.dims())});
    for (T& element : to) {
      element = fromDouble<T>(asDouble(element) + asDouble(operand.data<T>()[static_cast<std::size_t>(walk.offset(0))]));
      walk.next();
    }
  }
  return {};
}

struct Statistics {
  std::vector<float> mean, inverse;
};

template <class T>
Statistics normalize(const Tensor& sum, std::size_t length, const std::vector<double>& gamma, const std::vector<double>& beta, double epsilon, bool centred, Tensor& y) {
  Statistics out;
  const std::span<const T> from = sum.data<T>();
  for (std::size_t first = 0; length > 0 && first < from.size(); first += length) {
    const std::span<const T> line = from.subspan(first, length);
    Moments moments = momentsOf(line);
    if (!centred) moments = {0, moments.variance + moments.mean * moments.mean};
    const double inverse = 1 / std::sqrt(moments.variance + epsilon);
    for (std::size_t i = 0; i < length; ++i)
      y.mutableData<T>()[first + i] = fromDouble<T>((asDouble(line[i]) - moments.mean) * inverse * gamma[i] + (beta.empty() ? 0.0 : beta[i]));
    out.mean.push_back(static_cast<float>(moments.mean));
    out.inverse.push_back(static_cast<float>(inverse));
  }
  return out;
}

Result<std::vector<double>> parameter(const ComputeContext& context, std::size_t index, std::int64_t length) {
  if (index == 0 || !context.has(index)) return std::vector<double>();
  if (context.inputs[index].size() != length) return invalid("input " + std::to_string(index) + " has the shape " + dimsText(context.inputs[index].dims()) + ", not " + std::to_string(length) + " values");
  return toDoubles(context.inputs[index]);
}

template <const Operands& which>
Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const std::size_t axis, normalizedAxis(which.skip != 0 ? -1 : context.node.attributes.getInt("axis", -1), x.rank()));
  const std::int64_t length = splitAround(x.dims(), axis, x.rank()).length;
  EW_ASSIGN(const std::vector<double> gamma, parameter(context, which.gamma, length));
  EW_ASSIGN(const std::vector<double> beta, parameter(context, which.beta, length));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  Tensor sum = x;
  const double epsilon = static_cast<double>(context.node.attributes.getFloat("epsilon", which.skip != 0 ? 1e-12F : 1e-5F));
  Statistics statistics;
  Status added;
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    added = addSkip<T>(context, which, sum);
    if (added.ok()) statistics = normalize<T>(sum, static_cast<std::size_t>(length), gamma, beta, epsilon, which.centred, y);
  }));
  EW_TRY(std::move(added));
  context.outputs[0] = std::move(y);
  Dims reduced = x.dims();
  std::fill(reduced.begin() + static_cast<std::ptrdiff_t>(axis), reduced.end(), 1);
  if (elementCount(reduced) != static_cast<std::int64_t>(statistics.mean.size())) return invalid("nothing to normalize in " + dimsText(x.dims()));
  for (std::size_t i = 1; i < context.outputs.size(); ++i) {
    const bool inverse = which.skip == 0 || i == 2;
    if (which.skip != 0 && i == 3) context.outputs[i] = sum;
    else context.outputs[i] = Tensor::of<float>(reduced, inverse ? statistics.inverse : statistics.mean);
  }
  return {};
}

Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({9, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef skipLayerNormalizationOp() {
  return {.name = "SkipLayerNormalization", .domain = "com.microsoft", .infer = infer<full>, .compute = compute<full>, .cost = cost, .requiredInputs = 3, .mostInputs = 5};
}
OpDef skipSimplifiedLayerNormalizationOp() {
  return {.name = "SkipSimplifiedLayerNormalization", .domain = "com.microsoft", .infer = infer<simplified>, .compute = compute<simplified>, .cost = cost, .requiredInputs = 3, .mostInputs = 4};
}
OpDef simplifiedLayerNormalizationOp() {
  return {.name = "SimplifiedLayerNormalization", .infer = infer<alone>, .compute = compute<alone>, .cost = cost, .requiredInputs = 2, .mostInputs = 2};
}

}  // namespace ew::ops
