// SPDX-License-Identifier: Apache-2.0
#include "core/ops/integer_product.h"

namespace ew::ops {
namespace {

// Inputs: A, B, a_zero_point, b_zero_point.
Status infer(InferContext& context) { return inferMatMul(context, 0, 1, DType::i32); }

Status compute(ComputeContext& context) {
  const Tensor& A = context.inputs[0];
  const Tensor& B = context.inputs[1];
  EW_ASSIGN(const MatMulShape shape, matmulShape(A.dims(), B.dims()));
  IntegerOperands operands;
  EW_ASSIGN(operands.a, centred(A, 0));
  EW_ASSIGN(operands.b, centred(B, 0));
  EW_ASSIGN(operands.aZero, zeroPoints(context, 2, A.dtype(), shape.m));
  EW_ASSIGN(operands.bZero, zeroPoints(context, 3, B.dtype(), shape.n));
  EW_ASSIGN(Tensor Y, Tensor::create(DType::i32, shape.outDims));
  const std::span<std::int32_t> to = Y.mutableData<std::int32_t>();
  if (!to.empty()) forEachIntegerSum(shape, operands, [to](std::size_t, std::size_t, std::int32_t sum, std::size_t at) { to[at] = sum; });
  context.outputs[0] = std::move(Y);
  return {};
}

Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) { return matmulCost(inputs[0], outputs[0]); }

}  // namespace

OpDef matMulIntegerOp() {
  return {.name = "MatMulInteger", .sinceVersion = 10, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2};
}

}  // namespace ew::ops
