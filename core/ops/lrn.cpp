// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/ops/axis_walk.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

struct Parameters {
  std::int64_t size = 1;
  double alpha = 0, beta = 0, bias = 0;
};

/// y = x / (bias + alpha / size * sum of squares over `size` neighbouring channels) ^ beta
template <class T>
void normalize(const Tensor& X, const AxisSplit& split, const Parameters& p, Tensor& y) {
  const std::span<const T> x = X.data<T>();
  std::vector<double> squares(static_cast<std::size_t>(split.length));
  const auto step = static_cast<std::size_t>(split.inner);
  forEachLine(split, [&](std::size_t first) {
    for (std::size_t c = 0; c < squares.size(); ++c) squares[c] = asDouble(x[first + c * step]) * asDouble(x[first + c * step]);
    for (std::int64_t c = 0; c < split.length; ++c) {
      const std::int64_t from = std::max<std::int64_t>(0, c - (p.size - 1) / 2);
      const std::int64_t to = std::min(split.length - 1, c + p.size / 2);
      double sum = 0;
      for (std::int64_t i = from; i <= to; ++i) sum += squares[static_cast<std::size_t>(i)];
      const std::size_t at = first + static_cast<std::size_t>(c) * step;
      y.mutableData<T>()[at] = fromDouble<T>(asDouble(x[at]) / std::pow(p.bias + p.alpha / static_cast<double>(p.size) * sum, p.beta));
    }
  });
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Attributes& attributes = context.node.attributes;
  const Parameters parameters{attributes.getInt("size", 0), static_cast<double>(attributes.getFloat("alpha", 1e-4F)),
                              static_cast<double>(attributes.getFloat("beta", 0.75F)), static_cast<double>(attributes.getFloat("bias", 1.0F))};
  if (x.rank() < 2) return invalid("X of shape " + dimsText(x.dims()) + " has no channels");
  if (parameters.size < 1 || parameters.size > (std::int64_t{1} << 31)) return invalid("attribute size is " + std::to_string(parameters.size));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    if (y.size() > 0) normalize<T>(x, splitAround(x.dims(), 1, 2), parameters, y);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node& node, std::span<const Dims>, std::span<const Dims> outputs) {
  return {0, work({std::max<std::int64_t>(1, node.attributes.getInt("size", 1)), 4, elementsFrom(outputs[0], 0)})};
}

}  // namespace

OpDef lrnOp() { return {.name = "LRN", .infer = inferSameAsInput, .compute = compute, .cost = cost}; }

}  // namespace ew::ops
