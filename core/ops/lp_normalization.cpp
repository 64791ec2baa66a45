// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"

namespace ew::ops {
namespace {

template <class T>
void normalize(const Tensor& X, const AxisSplit& split, std::int64_t p, Tensor& y) {
  const std::span<const T> x = X.data<T>();
  const auto step = static_cast<std::size_t>(split.inner);
  const auto length = static_cast<std::size_t>(split.length);
  forEachLine(split, [&](std::size_t first) {
    double norm = 0;
    for (std::size_t k = 0; k < length; ++k) {
      const double value = asDouble(x[first + k * step]);
      norm += p == 1 ? std::fabs(value) : value * value;
    }
    if (p == 2) norm = std::sqrt(norm);
    // A line of zeros stays one.
    for (std::size_t k = 0; k < length; ++k)
      y.mutableData<T>()[first + k * step] = fromDouble<T>(norm == 0 ? 0 : asDouble(x[first + k * step]) / norm);
  });
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const std::int64_t p = context.node.attributes.getInt("p", 2);
  if (p != 1 && p != 2) return invalid("attribute p is neither 1 nor 2");
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), x.rank()));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    if (y.size() > 0) normalize<T>(x, splitAround(x.dims(), axis, axis + 1), p, y);
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node&, std::span<const Dims>, std::span<const Dims> outputs) { return {0, work({3, elementsFrom(outputs[0], 0)})}; }

}  // namespace

OpDef lpNormalizationOp() { return {.name = "LpNormalization", .infer = inferSameAsInput, .compute = compute, .cost = cost}; }

}  // namespace ew::ops
