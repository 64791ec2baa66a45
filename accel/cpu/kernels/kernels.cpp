// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/kernels/kernels.h"

namespace ew::cpu {

Result<bool> addAveragePool(Builder& builder, const Group& group);
Result<bool> addBatchNormalization(Builder& builder, const Group& group);
Result<bool> addBinary(Builder& builder, const Group& group);
Result<bool> addConcat(Builder& builder, const Group& group);
Result<bool> addConv(Builder& builder, const Group& group);
Result<bool> addConvTranspose(Builder& builder, const Group& group);
Result<bool> addGemm(Builder& builder, const Group& group);
Result<bool> addGlobalAveragePool(Builder& builder, const Group& group);
Result<bool> addGlobalMaxPool(Builder& builder, const Group& group);
Result<bool> addMatMul(Builder& builder, const Group& group);
Result<bool> addMaxPool(Builder& builder, const Group& group);
Result<bool> addSoftmax(Builder& builder, const Group& group);
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
    {"Conv", "", addConv},
    {"ConvTranspose", "", addConvTranspose},
    {"Div", "", addBinary},
    {"Dropout", "", addView},
    {"Elu", "", addUnary},
    {"Exp", "", addUnary},
    {"Flatten", "", addView},
    {"Gelu", "", addUnary},
    {"Gemm", "", addGemm},
    {"GlobalAveragePool", "", addGlobalAveragePool},
    {"GlobalMaxPool", "", addGlobalMaxPool},
    {"HardSigmoid", "", addUnary},
    {"HardSwish", "", addUnary},
    {"Identity", "", addView},
    {"LeakyRelu", "", addUnary},
    {"MatMul", "", addMatMul},
    {"MaxPool", "", addMaxPool},
    {"Mish", "", addUnary},
    {"Mul", "", addBinary},
    {"Relu", "", addUnary},
    {"Reshape", "", addView},
    {"Sigmoid", "", addUnary},
    {"Softmax", "", addSoftmax},
    {"Softplus", "", addUnary},
    {"Sqrt", "", addUnary},
    {"Squeeze", "", addView},
    {"Sub", "", addBinary},
    {"Tanh", "", addUnary},
    {"Transpose", "", addTranspose},
    {"Unsqueeze", "", addView},
};

}  // namespace

Factory kernelFor(std::string_view opType, std::string_view domain) {
  for (const Row& row : table)
    if (row.op == opType && row.domain == domain) return row.factory;
  return nullptr;
}

}  // namespace ew::cpu
