// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/analysis/weights.h"
#include "core/transform/prune/channel_graph.h"

namespace ew::transform {
namespace {

/// The first operand that carries channels along an axis of the result that is longer than 1.
std::optional<Track> leadingTrack(const ChannelGraph& channels, const Node& node, std::size_t outRank) {
  for (const ValueId id : node.inputs) {
    const Track* track = channels.track(id);
    const auto rank = id == kNone ? std::nullopt : channels.rank(id);
    if (track == nullptr || !rank || *rank > outRank) continue;
    const std::size_t axis = track->axis + outRank - *rank;
    if (track->channels->size() > 1 || channels.extent(node.output(0), axis) == 1) return Track{axis, track->channels};
  }
  return std::nullopt;
}

/// Couples one operand of a broadcasting operator with the channels of the result.
bool join(ChannelGraph& channels, const Node& node, std::size_t input, const Track& out, std::size_t outRank) {
  const ValueId id = node.input(input);
  if (id == kNone) return true;
  const auto rank = channels.rank(id);
  if (!rank || *rank > outRank) return false;
  const std::size_t missing = outRank - *rank;
  if (const Track* track = channels.track(id)) {
    if (track->axis + missing != out.axis) return track->channels->size() == 1 && channels.extent(id, out.axis - missing) == 1;
    if (track->channels->size() == 1 && out.channels->size() > 1) return true;
    channels.unite(track->channels, out.channels);
    return true;
  }
  if (out.axis < missing) return true;
  const auto extent = channels.extent(id, out.axis - missing);
  if (extent == 1 && out.channels->size() > 1) return true;
  if (!analysis::constantOperand(channels.graph, id)) return extent == 1;
  channels.cut(node, input, out.axis - missing, out.channels);
  return true;
}

}  // namespace

void followUnary(ChannelGraph& channels, const Node& node) {
  if (channels.hasSideOutputs(node)) return channels.freezeInputs(node, cannotShrink(node));
  if (const Track* in = channels.track(node.input(0)); in != nullptr && node.output(0) != kNone) channels.setTrack(node.output(0), *in);
  for (std::size_t i = 1; i < node.inputs.size(); ++i) channels.freezeValue(node.inputs[i], cannotShrink(node));
}

void followBroadcast(ChannelGraph& channels, const Node& node) {
  const bool tracked = std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return channels.track(id) != nullptr; });
  if (!tracked) return;
  const auto outRank = channels.rank(node.output(0));
  const std::optional<Track> out = outRank ? leadingTrack(channels, node, *outRank) : std::nullopt;
  if (!out) return channels.freezeInputs(node, cannotShrink(node));
  bool joined = true;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) joined = join(channels, node, i, *out, *outRank) && joined;
  if (!joined) {
    channels.freezeInputs(node, {ReasonCode::ConsumerNotShrinkable, node.opType + " with a value that stays"});
    return;
  }
  channels.setTrack(node.output(0), *out);
}

void followQuantizer(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  if (in == nullptr) return;
  const Tensor* scale = analysis::constantOf(channels.graph, node.input(1));
  if (scale == nullptr || scale->size() != 1) return channels.freezeInputs(node, cannotShrink(node));
  channels.setTrack(node.output(0), *in);
}

void followConcat(ChannelGraph& channels, const Node& node) {
  const bool tracked = std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return channels.track(id) != nullptr; });
  const auto rank = channels.rank(node.output(0));
  if (!tracked) return;
  const std::int64_t written = node.attributes.getInt("axis", 1);
  const auto axis = static_cast<std::size_t>(written < 0 && rank ? written + static_cast<std::int64_t>(*rank) : written);
  if (!rank || axis >= *rank) return channels.freezeInputs(node, cannotShrink(node));
  std::vector<Channel> all;
  ChannelList other;
  std::size_t otherAxis = 0;
  for (const ValueId id : node.inputs) {
    const Track* track = channels.track(id);
    const auto extent = track != nullptr ? std::optional(std::ssize(*track->channels)) : channels.extent(id, axis);
    if (track != nullptr && track->axis != axis) {
      // Joined along another axis: every operand must carry the same channels.
      if (other != nullptr && track->axis != otherAxis) return channels.freezeInputs(node, cannotShrink(node));
      if (other != nullptr) channels.unite(other, track->channels);
      other = track->channels;
      otherAxis = track->axis;
      continue;
    }
    if (!extent || other != nullptr) return channels.freezeInputs(node, cannotShrink(node));
    const ChannelList part = track != nullptr ? track->channels : channels.create(static_cast<std::size_t>(*extent));
    if (track == nullptr) channels.freeze(part, {ReasonCode::ConsumerNotShrinkable, "Concat with a value that stays"});
    all.insert(all.end(), part->begin(), part->end());
  }
  if (other != nullptr && !all.empty()) return channels.freezeInputs(node, cannotShrink(node));
  if (other != nullptr) channels.setTrack(node.output(0), {otherAxis, other});
  else channels.setTrack(node.output(0), {axis, std::make_shared<const std::vector<Channel>>(std::move(all))});
}

}  // namespace ew::transform
