// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/kernels/kernels.h"

#include "accel/vulkan/kernels/common.h"
#include "core/ops/domains.h"
#include "core/ops/op.h"

namespace ew::vulkan {

#define EW_KERNEL(name)                                                \
  MaybeReason refusalOf##name(const Graph& graph, const Node& node);   \
  Status build##name(Builder& builder, const Group& group);
EW_KERNEL(AveragePool)
EW_KERNEL(BatchNormalization)
EW_KERNEL(Binary)
EW_KERNEL(Concat)
EW_KERNEL(Conv)
EW_KERNEL(Gemm)
EW_KERNEL(GlobalAveragePool)
EW_KERNEL(Indexed)
EW_KERNEL(MatMul)
EW_KERNEL(MaxPool)
EW_KERNEL(Pad)
EW_KERNEL(QGemm)
EW_KERNEL(QLinearAveragePool)
EW_KERNEL(QLinearBinary)
EW_KERNEL(QLinearConcat)
EW_KERNEL(QLinearConv)
EW_KERNEL(QLinearGlobalAveragePool)
EW_KERNEL(QLinearMatMul)
EW_KERNEL(QuantizeLinear)
EW_KERNEL(Softmax)
EW_KERNEL(Transpose)
EW_KERNEL(Unary)
EW_KERNEL(View)
#undef EW_KERNEL
MaybeReason refusalOfByteFunction(const Graph& graph, const Node& node);
MaybeReason refusalOfNearest(const Graph& graph, const Node& node);
Status buildGlobalMaxPool(Builder& builder, const Group& group);

namespace {

constexpr const char* microsoft = "com.microsoft";

/// In alphabetical order of operators.
const Kernel table[] = {
    {"Abs", "", refusalOfUnary, buildUnary},
    {"Add", "", refusalOfBinary, buildBinary},
    {"AveragePool", "", refusalOfAveragePool, buildAveragePool},
    {"BatchNormalization", "", refusalOfBatchNormalization, buildBatchNormalization},
    {"Ceil", "", refusalOfUnary, buildUnary},
    {"Clip", "", refusalOfUnary, buildUnary},
    {"Concat", "", refusalOfConcat, buildConcat},
    {"Conv", "", refusalOfConv, buildConv},
    {"DepthToSpace", "", refusalOfIndexed, buildIndexed},
    {"DequantizeLinear", "", refusalOfByteFunction, buildUnary},
    {"DequantizeLinear", microsoft, refusalOfByteFunction, buildUnary},
    {"Div", "", refusalOfBinary, buildBinary},
    {"Dropout", "", refusalOfView, buildView},
    {"Elu", "", refusalOfUnary, buildUnary},
    {"Erf", "", refusalOfUnary, buildUnary},
    {"Exp", "", refusalOfUnary, buildUnary},
    {"Expand", "", refusalOfIndexed, buildIndexed},
    {"Flatten", "", refusalOfView, buildView},
    {"Floor", "", refusalOfUnary, buildUnary},
    {"Gather", "", refusalOfIndexed, buildIndexed},
    {"Gelu", "", refusalOfUnary, buildUnary},
    {"Gemm", "", refusalOfGemm, buildGemm},
    {"GlobalAveragePool", "", refusalOfGlobalAveragePool, buildGlobalAveragePool},
    {"GlobalMaxPool", "", refusalOfGlobalAveragePool, buildGlobalMaxPool},
    {"HardSigmoid", "", refusalOfUnary, buildUnary},
    {"HardSwish", "", refusalOfUnary, buildUnary},
    {"Identity", "", refusalOfView, buildView},
    {"LeakyRelu", "", refusalOfUnary, buildUnary},
    {"Log", "", refusalOfUnary, buildUnary},
    {"MatMul", "", refusalOfMatMul, buildMatMul},
    {"MaxPool", "", refusalOfMaxPool, buildMaxPool},
    {"Mish", "", refusalOfUnary, buildUnary},
    {"Mul", "", refusalOfBinary, buildBinary},
    {"Neg", "", refusalOfUnary, buildUnary},
    {"Pad", "", refusalOfPad, buildPad},
    {"QGemm", microsoft, refusalOfQGemm, buildQGemm},
    {"QLinearAdd", microsoft, refusalOfQLinearBinary, buildQLinearBinary},
    {"QLinearAveragePool", microsoft, refusalOfQLinearAveragePool, buildQLinearAveragePool},
    {"QLinearConcat", microsoft, refusalOfQLinearConcat, buildQLinearConcat},
    {"QLinearConv", "", refusalOfQLinearConv, buildQLinearConv},
    {"QLinearGlobalAveragePool", microsoft, refusalOfQLinearGlobalAveragePool, buildQLinearGlobalAveragePool},
    {"QLinearLeakyRelu", microsoft, refusalOfByteFunction, buildUnary},
    {"QLinearMatMul", "", refusalOfQLinearMatMul, buildQLinearMatMul},
    {"QLinearMul", microsoft, refusalOfQLinearBinary, buildQLinearBinary},
    {"QLinearSigmoid", microsoft, refusalOfByteFunction, buildUnary},
    {"QLookup", "edgewright", refusalOfByteFunction, buildUnary},
    {"QuantizeLinear", "", refusalOfQuantizeLinear, buildQuantizeLinear},
    {"QuantizeLinear", microsoft, refusalOfQuantizeLinear, buildQuantizeLinear},
    {"Reciprocal", "", refusalOfUnary, buildUnary},
    {"Relu", "", refusalOfUnary, buildUnary},
    {"Reshape", "", refusalOfView, buildView},
    {"Resize", "", refusalOfNearest, buildIndexed},
    {"Round", "", refusalOfUnary, buildUnary},
    {"Sigmoid", "", refusalOfUnary, buildUnary},
    {"Sign", "", refusalOfUnary, buildUnary},
    {"Slice", "", refusalOfIndexed, buildIndexed},
    {"Softmax", "", refusalOfSoftmax, buildSoftmax},
    {"Softplus", "", refusalOfUnary, buildUnary},
    {"Softsign", "", refusalOfUnary, buildUnary},
    {"SpaceToDepth", "", refusalOfIndexed, buildIndexed},
    {"Split", "", refusalOfIndexed, buildIndexed},
    {"Sqrt", "", refusalOfUnary, buildUnary},
    {"Squeeze", "", refusalOfView, buildView},
    {"Sub", "", refusalOfBinary, buildBinary},
    {"Tanh", "", refusalOfUnary, buildUnary},
    {"Tile", "", refusalOfIndexed, buildIndexed},
    {"Transpose", "", refusalOfTranspose, buildTranspose},
    {"Unsqueeze", "", refusalOfView, buildView},
    {"Upsample", "", refusalOfNearest, buildIndexed},
};

/// What every kernel relies on: known shapes, sizes in range, element types that the device holds.
MaybeReason refusalOfValue(const Graph& graph, ValueId id, std::uint64_t largestBuffer) {
  const Value& value = graph.value(id);
  const auto elements = value.shape ? value.shape->elements() : std::nullopt;
  if (!elements) return Reason{ReasonCode::ShapeUnknown, value.name};
  if (*elements == 0 && graph.initializer(id) == nullptr) return Reason{ReasonCode::TooSmall, value.name + " has no elements"};
  if (deviceBytes(*elements) > largestBuffer) return Reason{ReasonCode::TooLarge, value.name + " of " + value.shape->text()};
  return std::nullopt;
}

}  // namespace

const Kernel* kernelFor(const Node& node) {
  for (const Kernel& kernel : table)
    if (kernel.op == node.opType && (kernel.domain == node.domain || (kernel.domain.empty() && ops::isOnnxDomain(node.domain)))) return &kernel;
  return nullptr;
}

MaybeReason refusalOf(const Graph& graph, const Node& node, std::uint64_t largestBuffer) {
  if (!node.captures.empty()) return Reason{ReasonCode::Subgraph, node.opType};
  const ops::Lookup found = ops::findOp(graph, node);
  if (found.def == nullptr) return found.reason;
  if (isFoldable(graph, node)) return std::nullopt;
  const Kernel* kernel = kernelFor(node);
  if (kernel == nullptr) return Reason{ReasonCode::OperatorNotOnBackend, node.opType};
  for (std::size_t i = 0; i < static_cast<std::size_t>(found.def->requiredInputs); ++i)
    if (node.input(i) == kNone) return Reason{ReasonCode::AttributeNotSupported, "input " + std::to_string(i) + " is missing"};
  for (const auto* list : {&node.inputs, &node.outputs})
    for (const ValueId id : *list)
      if (id != kNone)
        if (const MaybeReason reason = refusalOfValue(graph, id, largestBuffer)) return reason;
  if (node.output(0) == kNone) return Reason{ReasonCode::AttributeNotSupported, "output 0 is missing"};
  if (const DType type = graph.value(node.output(0)).dtype; !holds(type)) return Reason{ReasonCode::TypeNotSupported, std::string(dtypeName(type))};
  return kernel->refusal(graph, node);
}

}  // namespace ew::vulkan
