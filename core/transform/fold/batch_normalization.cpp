// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "core/transform/fold/affine.h"

namespace ew::transform {
namespace {

bool isInference(const Graph& graph, const Node& node) {
  if (graph.opset() < 7 && node.attributes.getInt("is_test", 0) == 0) return false;
  if (node.attributes.getInt("training_mode", 0) != 0) return false;
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (node.outputs[i] != kNone && (graph.isOutput(node.outputs[i]) || !graph.consumers(node.outputs[i]).empty())) return false;
  return true;
}

/// scale / sqrt(var + epsilon) and B - mean * factor; nothing when an operand is no constant of the right size.
std::optional<ChannelAffine> affineOf(const Graph& graph, const Node& node, std::int64_t channels) {
  std::vector<double> operands[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const Tensor* tensor = graph.initializer(node.input(i + 1));
    if (tensor == nullptr || tensor->size() != channels) return std::nullopt;
    Result<std::vector<double>> values = toDoubles(*tensor);
    if (!values.ok()) return std::nullopt;
    operands[i] = std::move(values).value();
  }
  const auto& [scale, shift, mean, variance] = operands;
  const auto epsilon = static_cast<double>(node.attributes.getFloat("epsilon", 1e-5F));
  ChannelAffine map;
  for (std::size_t c = 0; c < scale.size(); ++c) {
    const double factor = scale[c] / std::sqrt(variance[c] + epsilon);
    if (!std::isfinite(factor)) return std::nullopt;
    map.factor.push_back(factor);
    map.offset.push_back(shift[c] - mean[c] * factor);
  }
  return map;
}

}  // namespace

Result<bool> foldBatchNormalization(FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  if (node.opType != "BatchNormalization" || !node.domain.empty() || !isInference(graph, node)) return false;
  const Node* before = context.privateProducer(node.input(0), node.id);
  if (before == nullptr) return false;
  const AffineTarget target = affineTarget(graph, *before);
  if (!target) return false;
  const std::optional<ChannelAffine> map = affineOf(graph, node, target.channels);
  if (!map) return false;
  const NodeId first = before->id;
  const std::string into = displayName(graph, *before);
  EW_TRY(absorbAffine(context.edit, first, *map));
  context.absorb(first, *context.graph().node(node.id), "into " + into);
  return true;
}

Reason whyNotFolded(const FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  if (!isInference(graph, node)) return {ReasonCode::NotFoldable, "it runs in training mode"};
  const Node* before = graph.node(graph.producer(node.input(0)));
  if (before == nullptr) return {ReasonCode::NotFoldable, "it reads a model input"};
  const AffineTarget target = affineTarget(graph, *before);
  if (!target) return target.reason;
  if (context.privateProducer(node.input(0), node.id) == nullptr)
    return {ReasonCode::NotFoldable, "the output of " + displayName(graph, *before) + " is read elsewhere too"};
  return {ReasonCode::WeightsNotConstant, "scale, B, mean or var"};
}

}  // namespace ew::transform
