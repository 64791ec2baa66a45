// SPDX-License-Identifier: Apache-2.0
#include "core/ops/integer_product.h"

namespace ew::ops {
namespace {

// Inputs: a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point.
Status infer(InferContext& context) { return inferMatMul(context, 0, 3, zeroPointType(context, 7, context.inputs[0].dtype)); }

/// One Requantizer for each row and column whose scales differ.
Result<std::vector<Requantizer>> requantizers(const QuantParameters& a, const QuantParameters& b, const QuantParameters& y, bool fixed) {
  std::vector<Requantizer> out;
  for (std::size_t i = 0; i < a.scales.size(); ++i) {
    for (std::size_t j = 0; j < b.scales.size(); ++j) {
      EW_ASSIGN(const Requantizer requantizer, requantizerFor((a.scales[i] * b.scales[j]) / y.scale(), y.zeroPoint(), fixed));
      out.push_back(requantizer);
    }
  }
  return out;
}

Status compute(ComputeContext& context) {
  const Tensor& a = context.inputs[0];
  const Tensor& b = context.inputs[3];
  EW_ASSIGN(const MatMulShape shape, matmulShape(a.dims(), b.dims()));
  const DType type = zeroPointType(context, 7, a.dtype());
  EW_ASSIGN(const QuantParameters aScaling, quantParameters(context, 1, 2, a.dtype(), shape.m));
  EW_ASSIGN(const QuantParameters bScaling, quantParameters(context, 4, 5, b.dtype(), shape.n));
  EW_ASSIGN(const QuantParameters yScaling, quantParameters(context, 6, 7, type));
  EW_ASSIGN(const bool fixed, usesFixedPoint(context.node));
  EW_ASSIGN(const std::vector<Requantizer> perPair, requantizers(aScaling, bScaling, yScaling, fixed));
  IntegerOperands operands{{}, {}, aScaling.zeroPoints, bScaling.zeroPoints};
  EW_ASSIGN(operands.a, centred(a, 0));
  EW_ASSIGN(operands.b, centred(b, 0));
  EW_ASSIGN(Tensor y, Tensor::create(type, shape.outDims));
  const bool rows = aScaling.scales.size() > 1, columns = bScaling.scales.size() > 1;
  EW_TRY(dispatchByte(type, [&]<class T>() {
    const std::span<T> to = y.mutableData<T>();
    if (to.empty()) return;
    forEachIntegerSum(shape, operands, [&](std::size_t i, std::size_t j, std::int32_t sum, std::size_t at) {
      to[at] = perPair[(rows ? i : 0) * bScaling.scales.size() + (columns ? j : 0)].template apply<T>(sum);
    });
  }));
  context.outputs[0] = std::move(y);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) { return matmulCost(inputs[0], outputs[0]); }

}  // namespace

OpDef qLinearMatMulOp() {
  return {.name = "QLinearMatMul", .sinceVersion = 10, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 7};
}

}  // namespace ew::ops
