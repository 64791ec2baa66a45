// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/ops/inference.h"

namespace ew::ops {
namespace {

DType maskType(std::int64_t opset, DType data) { return opset >= 10 ? DType::boolean : data; }

Status infer(InferContext& context) {
  EW_TRY(inferSameAsInput(context));
  if (context.outputs.size() > 1)
    context.outputs[1] = {maskType(context.opset, context.inputs[0].dtype), context.inputs[0].shape, {}};
  return {};
}

/// Inference: the input passes, and the mask keeps everything.
Status compute(ComputeContext& context) {
  const Tensor& data = context.inputs[0];
  if (context.has(2)) {
    EW_ASSIGN(const std::vector<double> training, toDoubles(context.inputs[2]));
    double ratio = 0.5;
    if (context.has(1)) {
      EW_ASSIGN(const std::vector<double> given, toDoubles(context.inputs[1]));
      if (!given.empty()) ratio = given[0];
    }
    if (!training.empty() && training[0] != 0 && ratio != 0) return unsupported("Dropout in training mode is random");
  }
  context.outputs[0] = data;
  if (context.wants(1)) {
    EW_ASSIGN(Tensor mask, Tensor::create(maskType(context.opset, data.dtype()), data.dims()));
    EW_TRY(dispatchType(mask.dtype(), [&]<class T>() {
      if constexpr (std::is_arithmetic_v<T>) std::ranges::fill(mask.mutableData<T>(), T{1});
      else std::ranges::fill(mask.mutableData<T>(), T(1.0F));
    }));
    context.outputs[1] = std::move(mask);
  }
  return {};
}

Cost cost(const Node&, std::span<const Dims>, std::span<const Dims>) { return {}; }

}  // namespace

OpDef dropoutOp() { return {.name = "Dropout", .infer = infer, .compute = compute, .cost = cost}; }

}  // namespace ew::ops
