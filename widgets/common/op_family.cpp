// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/op_family.h"

#include <QCoreApplication>
#include <array>
#include <unordered_map>

namespace ew::widgets {
namespace {

using enum OpFamily;

const std::unordered_map<std::string_view, OpFamily>& table() {
  static const std::unordered_map<std::string_view, OpFamily> families{
      {"Conv", Convolution}, {"ConvTranspose", Convolution}, {"ConvInteger", Convolution}, {"QLinearConv", Convolution},
      {"DeformConv", Convolution},
      {"Gemm", Matrix}, {"MatMul", Matrix}, {"MatMulInteger", Matrix}, {"QLinearMatMul", Matrix}, {"QGemm", Matrix},
      {"Einsum", Matrix}, {"FusedMatMul", Matrix}, {"Attention", Matrix}, {"MultiHeadAttention", Matrix},
      {"Relu", Activation}, {"LeakyRelu", Activation}, {"PRelu", Activation}, {"Sigmoid", Activation},
      {"HardSigmoid", Activation}, {"HardSwish", Activation}, {"Tanh", Activation}, {"Softmax", Activation},
      {"LogSoftmax", Activation}, {"Elu", Activation}, {"Selu", Activation}, {"Celu", Activation}, {"Gelu", Activation},
      {"Mish", Activation}, {"Softplus", Activation}, {"Softsign", Activation}, {"Clip", Activation},
      {"ThresholdedRelu", Activation}, {"Erf", Activation}, {"QLinearSigmoid", Activation},
      {"QLinearLeakyRelu", Activation}, {"QLinearSoftmax", Activation},
      {"BatchNormalization", Normalization}, {"InstanceNormalization", Normalization},
      {"LayerNormalization", Normalization}, {"GroupNormalization", Normalization}, {"LRN", Normalization},
      {"LpNormalization", Normalization}, {"MeanVarianceNormalization", Normalization}, {"RMSNormalization", Normalization},
      {"MaxPool", Pooling}, {"AveragePool", Pooling}, {"GlobalAveragePool", Pooling}, {"GlobalMaxPool", Pooling},
      {"LpPool", Pooling}, {"ReduceMean", Pooling}, {"ReduceMax", Pooling}, {"ReduceSum", Pooling},
      {"ReduceMin", Pooling}, {"QLinearAveragePool", Pooling}, {"QLinearGlobalAveragePool", Pooling},
      {"Add", Elementwise}, {"Sub", Elementwise}, {"Mul", Elementwise}, {"Div", Elementwise}, {"Pow", Elementwise},
      {"Sqrt", Elementwise}, {"Exp", Elementwise}, {"Log", Elementwise}, {"Neg", Elementwise}, {"Abs", Elementwise},
      {"Max", Elementwise}, {"Min", Elementwise}, {"Sum", Elementwise}, {"Mean", Elementwise},
      {"QLinearAdd", Elementwise}, {"QLinearMul", Elementwise}, {"Reciprocal", Elementwise},
      {"LSTM", Recurrent}, {"GRU", Recurrent}, {"RNN", Recurrent},
      {"Reshape", Movement}, {"Transpose", Movement}, {"Flatten", Movement}, {"Squeeze", Movement},
      {"Unsqueeze", Movement}, {"Concat", Movement}, {"QLinearConcat", Movement}, {"Split", Movement},
      {"Slice", Movement}, {"Gather", Movement}, {"Pad", Movement}, {"Expand", Movement}, {"Tile", Movement},
      {"Resize", Movement}, {"Upsample", Movement}, {"DepthToSpace", Movement}, {"SpaceToDepth", Movement},
      {"Identity", Movement}, {"Cast", Movement}, {"Shape", Movement}, {"Dropout", Movement},
      {"GatherElements", Movement}, {"GatherND", Movement}, {"ScatterND", Movement}, {"Constant", Movement},
      {"ConstantOfShape", Movement}, {"QuantizeLinear", Movement}, {"DequantizeLinear", Movement},
      {"If", Control}, {"Loop", Control}, {"Scan", Control}, {"Where", Control}, {"Equal", Control}, {"Less", Control},
      {"Greater", Control}, {"Not", Control}, {"And", Control}, {"Or", Control}, {"TopK", Control}, {"ArgMax", Control},
      {"NonMaxSuppression", Control}};
  return families;
}

}  // namespace

OpFamily opFamily(std::string_view opType) {
  const auto it = table().find(opType);
  return it == table().end() ? Other : it->second;
}

QString opFamilyName(OpFamily family) {
  static constexpr std::array<const char*, kOpFamilies> names{
      QT_TRANSLATE_NOOP("OpFamily", "Convolution"),   QT_TRANSLATE_NOOP("OpFamily", "Matrix product"),
      QT_TRANSLATE_NOOP("OpFamily", "Activation"),    QT_TRANSLATE_NOOP("OpFamily", "Normalization"),
      QT_TRANSLATE_NOOP("OpFamily", "Pooling"),       QT_TRANSLATE_NOOP("OpFamily", "Elementwise"),
      QT_TRANSLATE_NOOP("OpFamily", "Recurrent"),     QT_TRANSLATE_NOOP("OpFamily", "Data movement"),
      QT_TRANSLATE_NOOP("OpFamily", "Control, logic"), QT_TRANSLATE_NOOP("OpFamily", "Other")};
  return QCoreApplication::translate("OpFamily", names[static_cast<std::size_t>(family)]);
}

}  // namespace ew::widgets
