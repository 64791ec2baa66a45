// SPDX-License-Identifier: Apache-2.0
// com.microsoft.MatMulIntegerToFloat, and DynamicQuantizeMatMul, which first quantizes A as DynamicQuantizeLinear does:
// an integer product times the scales, plus a bias.
#include "core/ops/integer_product.h"

namespace ew::ops {

OpDef dynamicQuantizeLinearOp();

namespace {

/// A scale that is one value or one a column of B.
Result<std::vector<float>> scalesOf(const Tensor& tensor, std::int64_t columns) {
  if (tensor.dtype() != DType::f32 || (tensor.size() != 1 && tensor.size() != columns))
    return invalid("scale is " + std::string(dtypeName(tensor.dtype())) + " of shape " + dimsText(tensor.dims()) + ", not one float32 or " + std::to_string(columns));
  return std::vector<float>(tensor.data<float>().begin(), tensor.data<float>().end());
}

struct Product {
  const Tensor &a, &b;
  std::vector<std::int32_t> aZero, bZero;
  float aScale = 1;
  const Tensor& bScale;
  const Tensor* bias = nullptr;
};

Result<Tensor> multiplied(const Product& p) {
  EW_ASSIGN(const MatMulShape shape, matmulShape(p.a.dims(), p.b.dims()));
  IntegerOperands operands;
  EW_ASSIGN(operands.a, centred(p.a, 0));
  EW_ASSIGN(operands.b, centred(p.b, 0));
  operands.aZero = p.aZero;
  operands.bZero = p.bZero;
  if (operands.bZero.size() != 1 && static_cast<std::int64_t>(operands.bZero.size()) != shape.n) return invalid("b_zero_point has " + std::to_string(operands.bZero.size()) + " values");
  EW_ASSIGN(const std::vector<float> scales, scalesOf(p.bScale, shape.n));
  if (p.bias != nullptr && (p.bias->dtype() != DType::f32 || p.bias->dims() != Dims{shape.n})) return invalid("bias has the shape " + dimsText(p.bias->dims()) + ", not " + std::to_string(shape.n));
  EW_ASSIGN(Tensor y, Tensor::create(DType::f32, shape.outDims));
  const std::span<float> to = y.mutableData<float>();
  if (!to.empty()) {
    forEachIntegerSum(shape, operands, [&](std::size_t, std::size_t j, std::int32_t sum, std::size_t at) {
      to[at] = static_cast<float>(sum) * (p.aScale * scales[scales.size() == 1 ? 0 : j]);
      if (p.bias != nullptr) to[at] += p.bias->data<float>()[j];
    });
  }
  return y;
}

std::int64_t columnsOf(const Tensor& b) { return b.rank() > 1 ? b.dims().back() : 1; }

// Inputs: A, B, a_scale, b_scale, a_zero_point, b_zero_point, bias.
Status compute(ComputeContext& context) {
  const Tensor &a = context.inputs[0], &b = context.inputs[1];
  EW_ASSIGN(const std::vector<float> aScale, scalesOf(context.inputs[2], 1));
  Product product{a, b, {}, {}, aScale[0], context.inputs[3], context.has(6) ? &context.inputs[6] : nullptr};
  EW_ASSIGN(product.aZero, zeroPoints(context, 4, a.dtype(), 1));
  EW_ASSIGN(product.bZero, zeroPoints(context, 5, b.dtype(), columnsOf(b)));
  EW_ASSIGN(context.outputs[0], multiplied(product));
  return {};
}

// Inputs: A, B, b_scale, b_zero_point, bias.
Status computeDynamic(ComputeContext& context) {
  Node quantize;
  quantize.inputs = {0};
  quantize.outputs = {1, 2, 3};
  ComputeContext inner{quantize, 11, {context.inputs[0]}, std::vector<Tensor>(3)};
  EW_TRY(dynamicQuantizeLinearOp().compute(inner));
  const Tensor& b = context.inputs[1];
  Product product{inner.outputs[0], b, {inner.outputs[2].data<std::uint8_t>()[0]}, {}, inner.outputs[1].data<float>()[0], context.inputs[2], context.has(4) ? &context.inputs[4] : nullptr};
  EW_ASSIGN(product.bZero, zeroPoints(context, 3, b.dtype(), columnsOf(b)));
  EW_ASSIGN(context.outputs[0], multiplied(product));
  return {};
}

Status infer(InferContext& context) { return inferMatMul(context, 0, 1, DType::f32); }
Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) { return matmulCost(inputs[0], outputs[0]); }

}  // namespace

OpDef dynamicQuantizeMatMulOp() {
  return {.name = "DynamicQuantizeMatMul", .domain = "com.microsoft", .infer = infer, .compute = computeDynamic, .cost = cost, .requiredInputs = 3, .mostInputs = 5};
}
OpDef matMulIntegerToFloatOp() {
  return {.name = "MatMulIntegerToFloat", .domain = "com.microsoft", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 4, .mostInputs = 7};
}

}  // namespace ew::ops
