// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"
#include "core/ops/op.h"

namespace ew::ops {

/// What Softmax, LogSoftmax and Hardmax work along: since opset 13 one axis (the last by default); before, all axes from
/// `axis` (1 by default) on, flattened into one.
inline bool softmaxFlattens(std::int64_t opset) { return opset < 13; }

/// The first axis of those; Invalid when the node names one outside the input. A model of before opset 13 that names none
/// means axis 1, which a vector has not: each element is then on its own.
inline Result<std::size_t> softmaxAxis(const Node& node, std::int64_t opset, std::size_t rank) {
  if (softmaxFlattens(opset) && rank < 2 && !node.attributes.has("axis")) return rank;
  return normalizedAxis(node.attributes.getInt("axis", softmaxFlattens(opset) ? 1 : -1), rank);
}

inline Result<AxisSplit> softmaxSplit(const ComputeContext& context) {
  const Dims& dims = context.inputs[0].dims();
  EW_ASSIGN(const std::size_t first, softmaxAxis(context.node, context.opset, dims.size()));
  return splitAround(dims, first, softmaxFlattens(context.opset) ? dims.size() : first + 1);
}

/// The output is as the input.
inline Status inferSoftmax(InferContext& context) {
  if (const std::optional<Shape>& shape = context.inputs[0].shape) {
    EW_TRY(softmaxAxis(context.node, context.opset, shape->rank()));
  }
  return inferSameAsInput(context);
}

/// Output 0 from input 0 line by line: f(line) changes the values of one line in place; they are float or double.
template <class F>
Status alongSoftmaxAxis(ComputeContext& context, F f) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(const AxisSplit split, softmaxSplit(context));
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    const std::span<const T> from = x.data<T>();
    const std::span<T> to = y.mutableData<T>();
    if (to.empty()) return;
    std::vector<Wide<T>> line(static_cast<std::size_t>(split.length));
    const auto step = static_cast<std::size_t>(split.inner);
    forEachLine(split, [&](std::size_t first) {
      for (std::size_t k = 0; k < line.size(); ++k) line[k] = static_cast<Wide<T>>(from[first + k * step]);
      f(line);
      for (std::size_t k = 0; k < line.size(); ++k) to[first + k * step] = static_cast<T>(line[k]);
    });
  }));
  context.outputs[0] = std::move(y);
  return {};
}

/// Softmax and its relatives: a maximum, a subtraction, an exponential, a sum and a division an element.
inline Cost softmaxCost(const Node&, std::span<const Dims> inputs, std::span<const Dims>) {
  return {0, work({5, elementsFrom(inputs[0], 0)})};
}

}  // namespace ew::ops
