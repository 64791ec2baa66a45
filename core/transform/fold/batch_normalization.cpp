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

}  // namespace

std::optional<ChannelAffine> normalizationMap(const Graph& graph, const Node& node) {
  if (node.opType != "BatchNormalization" || !node.domain.empty() || !isInference(graph, node)) return std::nullopt;
  std::vector<double> operands[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const Tensor* tensor = graph.initializer(node.input(i + 1));
    if (tensor == nullptr) return std::nullopt;
    Result<std::vector<double>> values = toDoubles(*tensor);
    if (!values.ok() || (i > 0 && values->size() != operands[0].size())) return std::nullopt;
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

Result<bool> foldBatchNormalization(FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  if (node.opType != "BatchNormalization") return false;
  const Node* before = context.privateProducer(node.input(0), node.id);
  if (before == nullptr) return false;
  const AffineTarget target = affineTarget(context, *before);
  const std::optional<ChannelAffine> map = normalizationMap(graph, node);
  if (!map || target.axis != 1 || !target.takes(*map) || std::ssize(map->factor) != target.channels) return false;
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
  const AffineTarget target = affineTarget(context, *before);
  if (!target) return target.reason;
  if (context.privateProducer(node.input(0), node.id) == nullptr)
    return {ReasonCode::NotFoldable, "the output of " + displayName(graph, *before) + " is read elsewhere too"};
  return {ReasonCode::WeightsNotConstant, "scale, B, mean or var"};
}

}  // namespace ew::transform
