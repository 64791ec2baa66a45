// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"

#include "core/ops/domains.h"

namespace ew::cpu {

Result<bool> addAveragePool(Builder& builder, const Group& group);
Result<bool> addBatchNormalization(Builder& builder, const Group& group);
Result<bool> addBinary(Builder& builder, const Group& group);
Result<bool> addEqual(Builder& builder, const Group& group);
Result<bool> addConcat(Builder& builder, const Group& group);
Result<bool> addConvWithZeros(Builder& builder, const Group& group);
Result<bool> addConvTranspose(Builder& builder, const Group& group);
Result<bool> addDequantizeLinear(Builder& builder, const Group& group);
Result<bool> addGemmWithZeros(Builder& builder, const Group& group);
Result<bool> addGlobalAveragePool(Builder& builder, const Group& group);
Result<bool> addGlobalMaxPool(Builder& builder, const Group& group);
Result<bool> addGru(Builder& builder, const Group& group);
Result<bool> addInstanceNormalization(Builder& builder, const Group& group);
Result<bool> addLayerNormalization(Builder& builder, const Group& group);
Result<bool> addLstm(Builder& builder, const Group& group);
Result<bool> addMatMulWithZeros(Builder& builder, const Group& group);
Result<bool> addMaxPool(Builder& builder, const Group& group);
Result<bool> addMove(Builder& builder, const Group& group);
Result<bool> addQGemm(Builder& builder, const Group& group);
Result<bool> addQLinearAdd(Builder& builder, const Group& group);
Result<bool> addQLinearAveragePool(Builder& builder, const Group& group);
Result<bool> addQLinearConcat(Builder& builder, const Group& group);
Result<bool> addQLinearConv(Builder& builder, const Group& group);
Result<bool> addQLinearGlobalAveragePool(Builder& builder, const Group& group);
Result<bool> addQLinearMatMul(Builder& builder, const Group& group);
Result<bool> addQLinearMul(Builder& builder, const Group& group);
Result<bool> addQLookup(Builder& builder, const Group& group);
Result<bool> addQuantizeLinear(Builder& builder, const Group& group);
Result<bool> addReduce(Builder& builder, const Group& group);
Result<bool> addResize(Builder& builder, const Group& group);
Result<bool> addSlice(Builder& builder, const Group& group);
Result<bool> addSoftmax(Builder& builder, const Group& group);
Result<bool> addSplit(Builder& builder, const Group& group);
Result<bool> addTranspose(Builder& builder, const Group& group);
Result<bool> addUnary(Builder& builder, const Group& group);
Result<bool> addView(Builder& builder, const Group& group);

namespace {

struct Row {
  std::string_view op, domain;
  Factory factory;
};

/// Fast kernels by operator, in alphabetical order.
const Row table[] = {
    {"Abs", "", addUnary},
    {"Add", "", addBinary},
    {"AveragePool", "", addAveragePool},
    {"BatchNormalization", "", addBatchNormalization},
    {"Clip", "", addUnary},
    {"Concat", "", addConcat},
    {"Conv", "", addConvWithZeros},
    {"ConvTranspose", "", addConvTranspose},
    {"DepthToSpace", "", addMove},
    {"DequantizeLinear", "", addDequantizeLinear},
    {"DequantizeLinear", "com.microsoft", addDequantizeLinear},
    {"Div", "", addBinary},
    {"Dropout", "", addView},
    {"Elu", "", addUnary},
    {"Equal", "", addEqual},
    {"Exp", "", addUnary},
    {"Expand", "", addMove},
    {"Flatten", "", addView},
    {"GRU", "", addGru},
    {"Gather", "", addMove},
    {"GatherElements", "", addMove},
    {"GatherND", "", addMove},
    {"Gelu", "", addUnary},
    {"Gemm", "", addGemmWithZeros},
    {"GlobalAveragePool", "", addGlobalAveragePool},
    {"GlobalMaxPool", "", addGlobalMaxPool},
    {"HardSigmoid", "", addUnary},
    {"HardSwish", "", addUnary},
    {"Identity", "", addView},
    {"InstanceNormalization", "", addInstanceNormalization},
    {"LSTM", "", addLstm},
    {"LayerNormalization", "", addLayerNormalization},
    {"LeakyRelu", "", addUnary},
    {"MatMul", "", addMatMulWithZeros},
    {"MaxPool", "", addMaxPool},
    {"Mish", "", addUnary},
    {"Mul", "", addBinary},
    {"Pad", "", addMove},
    {"Neg", "", addUnary},
    {"Pow", "", addUnary},
    {"QGemm", "com.microsoft", addQGemm},
    {"QLinearAdd", "com.microsoft", addQLinearAdd},
    {"QLinearAveragePool", "com.microsoft", addQLinearAveragePool},
    {"QLinearConcat", "com.microsoft", addQLinearConcat},
    {"QLinearConv", "", addQLinearConv},
    {"QLinearGlobalAveragePool", "com.microsoft", addQLinearGlobalAveragePool},
    {"QLinearMatMul", "", addQLinearMatMul},
    {"QLinearMul", "com.microsoft", addQLinearMul},
    {"QLookup", "edgewright", addQLookup},
    {"QuantizeLinear", "", addQuantizeLinear},
    {"QuantizeLinear", "com.microsoft", addQuantizeLinear},
    {"RMSNormalization", "", addLayerNormalization},
    {"ReduceL2", "", addReduce},
    {"ReduceMax", "", addReduce},
    {"ReduceMean", "", addReduce},
    {"ReduceMin", "", addReduce},
    {"ReduceSum", "", addReduce},
    {"ReduceSumSquare", "", addReduce},
    {"Relu", "", addUnary},
    {"Reshape", "", addView},
    {"Resize", "", addResize},
    {"ReverseSequence", "", addMove},
    {"Sigmoid", "", addUnary},
    {"Slice", "", addSlice},
    {"Softmax", "", addSoftmax},
    {"Softplus", "", addUnary},
    {"SpaceToDepth", "", addMove},
    {"Split", "", addSplit},
    {"Sqrt", "", addUnary},
    {"Squeeze", "", addView},
    {"Sub", "", addBinary},
    {"Swish", "", addUnary},
    {"Tanh", "", addUnary},
    {"Tile", "", addMove},
    {"Transpose", "", addTranspose},
    {"Unsqueeze", "", addView},
    {"Upsample", "", addResize},
};

}  // namespace

Factory kernelFor(std::string_view opType, std::string_view domain) {
  if (ops::isOnnxDomain(domain)) domain = {};
  for (const Row& row : table)
    if (row.op == opType && row.domain == domain) return row.factory;
  return nullptr;
}

}  // namespace ew::cpu
