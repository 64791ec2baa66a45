// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/weights.h"
#include "core/transform/prune/channel_graph.h"

namespace ew::transform {
namespace {

ChannelList repeated(const ChannelList& channels, std::int64_t times) {
  std::vector<Channel> out;
  for (const Channel channel : *channels) out.insert(out.end(), static_cast<std::size_t>(times), channel);
  return std::make_shared<const std::vector<Channel>>(std::move(out));
}

/// A layer that keeps its output channels, with everything that flows in.
void stay(ChannelGraph& channels, const Node& node, const Reason& reason) {
  channels.freezeInputs(node, reason);
  channels.addProducer({node.id, nullptr, reason});
}

/// One filter a group and channel: channels pass through, each with its own filters.
void followDepthwise(ChannelGraph& channels, const Node& node, const Dims& dims, std::int64_t group) {
  const Track* in = channels.track(node.input(0));
  if (in == nullptr || in->axis != 1 || std::ssize(*in->channels) != group) {
    const bool follows = in != nullptr;
    channels.freezeInputs(node, cannotShrink(node));
    channels.addProducer({node.id, nullptr, Reason{ReasonCode::GroupedConvolution, follows ? "" : "depthwise on a value that stays"}});
    return;
  }
  const bool transposed = node.opType == "ConvTranspose";
  const std::int64_t multiplier = transposed ? dims[1] : dims[0] / group;
  const ChannelList out = multiplier == 1 ? in->channels : repeated(in->channels, multiplier);
  channels.cut(node, 1, 0, transposed ? in->channels : out);
  if (node.input(2) != kNone) channels.cut(node, 2, 0, out);
  channels.addFix({CountFix::Kind::Group, node.id, 0, 0, in->channels});
  channels.setTrack(node.output(0), {1, out});
}

}  // namespace

void followConv(ChannelGraph& channels, const Node& node) {
  const auto weight = analysis::constantOperand(channels.graph, node.input(1));
  if (!weight || weight->stored->rank() < 3) return stay(channels, node, {ReasonCode::WeightsNotConstant, displayName(channels.graph, node)});
  const Dims& dims = weight->stored->dims();
  const std::int64_t group = node.attributes.getInt("group", 1);
  const bool transposed = node.opType == "ConvTranspose";
  const bool oneInputEach = transposed ? dims[0] == group : dims[1] == 1;
  if (group > 1 && oneInputEach && dims[0] % group == 0) return followDepthwise(channels, node, dims, group);
  if (group != 1) return stay(channels, node, {ReasonCode::GroupedConvolution, displayName(channels.graph, node)});
  if (const Track* in = channels.track(node.input(0))) {
    if (in->axis == 1) channels.cut(node, 1, transposed ? 0 : 1, in->channels);
    else channels.freezeInputs(node, cannotShrink(node));
  }
  const std::size_t outAxis = transposed ? 1 : 0;
  const ChannelList out = channels.create(static_cast<std::size_t>(dims[outAxis]));
  channels.cut(node, 1, outAxis, out);
  if (node.input(2) != kNone) channels.cut(node, 2, 0, out);
  channels.addProducer({node.id, out, {}});
  channels.setTrack(node.output(0), {1, out});
}

void followGemm(ChannelGraph& channels, const Node& node) {
  const auto weight = analysis::constantOperand(channels.graph, node.input(1));
  if (!weight || weight->stored->rank() != 2) return stay(channels, node, {ReasonCode::WeightsNotConstant, displayName(channels.graph, node)});
  const bool transposed = node.attributes.getInt("transB", 0) != 0;
  if (const Track* in = channels.track(node.input(0))) {
    const bool reduced = in->axis == (node.attributes.getInt("transA", 0) != 0 ? 0U : 1U);
    if (reduced) channels.cut(node, 1, transposed ? 1 : 0, in->channels);
    else channels.freezeInputs(node, cannotShrink(node));
  }
  const std::size_t outAxis = transposed ? 0 : 1;
  const ChannelList out = channels.create(static_cast<std::size_t>(weight->stored->dim(outAxis)));
  channels.cut(node, 1, outAxis, out);
  if (const auto bias = analysis::constantOperand(channels.graph, node.input(2))) {
    const Dims& dims = bias->stored->dims();
    if (!dims.empty() && dims.back() != 1) channels.cut(node, 2, dims.size() - 1, out);
  } else if (node.input(2) != kNone) {
    channels.freeze(out, {ReasonCode::WeightsNotConstant, displayName(channels.graph, node)});
    channels.freezeValue(node.input(2), cannotShrink(node));
  }
  channels.addProducer({node.id, out, {}});
  channels.setTrack(node.output(0), {1, out});
}

void followMatMul(ChannelGraph& channels, const Node& node) {
  const auto weight = analysis::constantOperand(channels.graph, node.input(1));
  const auto rank = channels.rank(node.input(0));
  if (!weight || weight->stored->rank() < 2 || !rank || *rank < weight->stored->rank())
    return stay(channels, node, {ReasonCode::WeightsNotConstant, displayName(channels.graph, node)});
  const std::size_t last = weight->stored->rank() - 1;
  const Track* in = channels.track(node.input(0));
  if (in != nullptr && in->axis + 1 == *rank) {
    channels.cut(node, 1, last - 1, in->channels);
  } else if (in != nullptr) {
    // The channels stay where they are; what the weights add on the last axis is not followed beside them.
    if (last > 1) channels.freezeInputs(node, cannotShrink(node));
    channels.addProducer({node.id, nullptr, Reason{ReasonCode::ConsumerNotShrinkable, "channels on another axis"}});
    channels.setTrack(node.output(0), *in);
    return;
  }
  const ChannelList out = channels.create(static_cast<std::size_t>(weight->stored->dim(last)));
  channels.cut(node, 1, last, out);
  channels.addProducer({node.id, out, {}});
  channels.setTrack(node.output(0), {*rank - 1, out});
}

void followNormalization(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  if (in == nullptr) return;
  if (in->axis != 1 || node.attributes.getInt("training_mode", 0) != 0) return channels.freezeInputs(node, cannotShrink(node));
  for (std::size_t i = 1; i < node.inputs.size(); ++i)
    if (node.inputs[i] != kNone) channels.cut(node, i, 0, in->channels);
  if (const Tensor* scale = analysis::constantOf(channels.graph, node.input(1)); scale != nullptr && node.opType == "BatchNormalization")
    channels.noteNormScale(in->channels, *scale);
  channels.setTrack(node.output(0), *in);
}

}  // namespace ew::transform
