// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/affine.h"

#include <algorithm>

#include "core/analysis/weights.h"

namespace ew::transform {
namespace {

bool isTarget(const Node& node) {
  return node.domain.empty() && (node.opType == "Conv" || node.opType == "ConvTranspose" || node.opType == "Gemm" || node.opType == "MatMul");
}

/// The output channel that each element of the weight belongs to.
std::int64_t channelOf(const Node& node, const Dims& dims, std::int64_t index) {
  if (node.opType == "MatMul") return index % dims[1];
  if (node.opType == "Gemm") {
    const bool transposed = node.attributes.getInt("transB", 0) != 0;
    return transposed ? index / dims[1] : index % dims[1];
  }
  std::int64_t inner = 1;
  for (std::size_t i = 2; i < dims.size(); ++i) inner *= dims[i];
  if (node.opType == "Conv") return index / (inner * dims[1]);
  // ConvTranspose: [C, M / group, ...], the inputs of a group lie together.
  const std::int64_t group = node.attributes.getInt("group", 1);
  const std::int64_t input = index / (inner * dims[1]), within = index / inner % dims[1];
  return input / (dims[0] / group) * dims[1] + within;
}

std::int64_t channelsOf(const Node& node, const Dims& dims) {
  if (node.opType == "MatMul") return dims[1];
  if (node.opType == "Gemm") return node.attributes.getInt("transB", 0) != 0 ? dims[0] : dims[1];
  return node.opType == "Conv" ? dims[0] : dims[1] * node.attributes.getInt("group", 1);
}

/// C of Gemm broadcasts over rows and columns; only one number a column (or one for all) is a bias.
bool isBias(const Tensor& bias, std::int64_t channels) {
  if (bias.size() == 1) return true;
  return bias.size() == channels && bias.rank() > 0 && bias.dim(bias.rank() - 1) == channels;
}

}  // namespace

AffineTarget affineTarget(const FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  if (!isTarget(node)) return {0, false, 0, {ReasonCode::NotFoldable, "it does not follow a convolution or matrix product"}};
  const Tensor* weight = graph.initializer(node.input(1));
  const bool hasBias = node.input(2) != kNone;
  const Tensor* bias = hasBias ? graph.initializer(node.input(2)) : nullptr;
  if (weight == nullptr || (hasBias && bias == nullptr)) return {0, false, 0, {ReasonCode::WeightsNotConstant, displayName(graph, node)}};
  if (!isFloat(weight->dtype())) return {0, false, 0, {ReasonCode::TypeNotSupported, std::string(dtypeName(weight->dtype()))}};
  const bool isProduct = node.opType == "MatMul" || node.opType == "Gemm";
  if (weight->rank() < 2 || weight->size() == 0 || (isProduct && weight->rank() != 2)) return {0, false, 0, {ReasonCode::NotFoldable, "weights of shape " + dimsText(weight->dims())}};
  const std::int64_t group = node.attributes.getInt("group", 1);
  if (group < 1 || weight->dim(0) % group != 0) return {0, false, 0, {ReasonCode::NotFoldable, "its groups do not divide its channels"}};
  const std::int64_t channels = channelsOf(node, weight->dims());
  if (bias != nullptr && (bias->dtype() != weight->dtype() || !isBias(*bias, channels)))
    return {0, false, 0, {ReasonCode::NotFoldable, "a bias of shape " + dimsText(bias->dims())}};
  if (!isProduct) return {channels, true, 1, {}};
  const auto& shape = context.shapeOf(node.input(0));
  if (!shape || shape->rank() < 2) return {0, false, 0, {ReasonCode::ShapeUnknown, displayName(graph, node)}};
  // A product of matrices can become a Gemm, which has a bias.
  return {channels, node.opType == "Gemm" || (shape->rank() == 2 && graph.opset() >= 7), shape->rank() - 1, {}};
}

Status absorbAffine(GraphEdit& edit, NodeId id, const ChannelAffine& map) {
  const Node node = *edit.graph().node(id);
  const Tensor weight = *edit.graph().initializer(node.input(1));
  EW_ASSIGN(std::vector<double> values, toDoubles(weight));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] *= map.factor[static_cast<std::size_t>(channelOf(node, weight.dims(), static_cast<std::int64_t>(i)))];
  EW_ASSIGN(Tensor scaled, tensorFromDoubles(weight.dtype(), weight.dims(), values));

  std::vector<double> bias(map.offset.size(), 0.0);
  if (node.input(2) != kNone) {
    EW_ASSIGN(const std::vector<double> old, toDoubles(*edit.graph().initializer(node.input(2))));
    const double beta = node.opType == "Gemm" ? static_cast<double>(node.attributes.getFloat("beta", 1)) : 1.0;
    for (std::size_t c = 0; c < bias.size(); ++c) bias[c] = beta * old[old.size() == 1 ? 0 : c];
  }
  for (std::size_t c = 0; c < bias.size(); ++c) bias[c] = bias[c] * map.factor[c] + map.offset[c];
  EW_ASSIGN(Tensor shifted, tensorFromDoubles(weight.dtype(), {std::ssize(bias)}, bias));

  const auto store = [&](std::size_t input, Tensor tensor, const std::string& freshName) {
    const ValueId old = node.input(input);
    if (old != kNone && edit.graph().consumers(old).size() == 1 && !edit.graph().isOutput(old)) {
      edit.setInitializer(old, std::move(tensor));
      return;
    }
    const std::string name = old != kNone ? edit.graph().value(old).name : freshName;
    const ValueId made = edit.addInitializer(edit.freshValueName(name), std::move(tensor));
    Node& target = edit.mutableNode(id);
    if (target.inputs.size() <= input) target.inputs.resize(input + 1, kNone);
    target.inputs[input] = made;
  };
  const std::string weightName = edit.graph().value(node.input(1)).name;
  store(1, std::move(scaled), weightName);
  if (node.opType == "MatMul" && !map.movesZero()) return {};
  store(2, std::move(shifted), weightName + "_bias");
  if (node.opType == "MatMul") edit.mutableNode(id).opType = "Gemm";
  if (node.opType == "Gemm") edit.mutableNode(id).attributes.remove("beta");
  return {};
}

}  // namespace ew::transform
