// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <vector>

#include "core/ops/attributes.h"
#include "core/ops/broadcast.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

constexpr double epsilon = 1e-9;  // the specification's function body adds it to the deviation

/// Element strides into one cell for each index of the axes that are kept; 0 along `axes`.
Dims cellStrides(const Dims& dims, const std::vector<std::size_t>& axes) {
  Dims kept = dims;
  for (const std::size_t axis : axes) kept[axis] = 1;
  return broadcastStrides(kept, dims);
}

template <class T>
void normalize(const Tensor& x, const Dims& strides, std::size_t cells, Tensor& y) {
  const std::span<const T> from = x.data<T>();
  std::vector<double> mean(cells, 0), variance(cells, 0), count(cells, 0);
  const auto eachElement = [&](auto f) {
    Walk<1> walk(x.dims(), {strides});
    for (std::size_t i = 0; i < from.size(); ++i, walk.next()) f(i, static_cast<std::size_t>(walk.offset(0)));
  };
  eachElement([&](std::size_t i, std::size_t cell) { mean[cell] += asDouble(from[i]), count[cell] += 1; });
  for (std::size_t cell = 0; cell < cells; ++cell) mean[cell] /= count[cell];
  eachElement([&](std::size_t i, std::size_t cell) { variance[cell] += (asDouble(from[i]) - mean[cell]) * (asDouble(from[i]) - mean[cell]); });
  eachElement([&](std::size_t i, std::size_t cell) {
    y.mutableData<T>()[i] = fromDouble<T>((asDouble(from[i]) - mean[cell]) / (std::sqrt(variance[cell] / count[cell]) + epsilon));
  });
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const std::vector<std::size_t> axes, normalizedAxes(context.node.attributes.getInts("axes", {0, 2, 3}), x.rank()));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  Dims kept = x.dims();
  for (const std::size_t axis : axes) kept[axis] = 1;
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    if (y.size() > 0) normalize<T>(x, cellStrides(x.dims(), axes), static_cast<std::size_t>(elementCount(kept)), y);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({6, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef meanVarianceNormalizationOp() {
  return {.name = "MeanVarianceNormalization", .sinceVersion = 9, .infer = inferSameAsInput, .compute = compute, .cost = cost};
}

}  // namespace ew::ops
