// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/quantized.h"

namespace ew::ops {
namespace {

// Inputs: X, X_scale, x_zero_point, y_scale, y_zero_point. Attribute opset says which Softmax it was made from.
Result<AxisSplit> splitOf(const Node& node, const Dims& dims) {
  const bool flattens = node.attributes.getInt("opset", 13) < 13;
  EW_ASSIGN(const std::size_t axis, normalizedAxis(node.attributes.getInt("axis", flattens ? 1 : -1), dims.size()));
  return splitAround(dims, axis, flattens ? dims.size() : axis + 1);
}

Status infer(InferContext& context) { return inferBytesLikeInput(context, 4); }

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const DType type = zeroPointType(context, 4, x.dtype());
  EW_ASSIGN(const AxisSplit split, splitOf(context.node, x.dims()));
  EW_ASSIGN(const QuantParameters in, quantParameters(context, 1, 2, x.dtype()));
  EW_ASSIGN(const QuantParameters out, quantParameters(context, 3, 4, type));
  EW_ASSIGN(const std::vector<std::int32_t> values, centred(x, in.zeroPoint()));
  EW_ASSIGN(Tensor y, Tensor::create(type, x.dims()));
  EW_TRY(dispatchByte(type, [&]<class T>() {
    const std::span<T> to = y.mutableData<T>();
    std::vector<double> line(static_cast<std::size_t>(split.length));
    const auto step = static_cast<std::size_t>(split.inner);
    if (to.empty()) return;
    forEachLine(split, [&](std::size_t first) {
      double sum = 0;
      std::int32_t most = values[first];
      for (std::size_t k = 0; k < line.size(); ++k) most = std::max(most, values[first + k * step]);
      for (std::size_t k = 0; k < line.size(); ++k) sum += line[k] = std::exp((values[first + k * step] - most) * static_cast<double>(in.scale()));
      for (std::size_t k = 0; k < line.size(); ++k) to[first + k * step] = quantizeValue<T>(static_cast<float>(line[k] / sum), out.scale(), out.zeroPoint());
    });
  }));
  context.outputs[0] = std::move(y);
  return {};
}

}  // namespace

OpDef qLinearSoftmaxOp() {
  return {.name = "QLinearSoftmax", .domain = "com.microsoft", .infer = infer, .compute = compute, .requiredInputs = 4, .mostInputs = 5};
}

}  // namespace ew::ops
