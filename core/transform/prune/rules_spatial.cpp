// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/analysis/weights.h"
#include "core/transform/prune/channel_graph.h"

namespace ew::transform {
namespace {

std::optional<std::vector<std::int64_t>> constantInts(const ChannelGraph& channels, ValueId id) {
  const Tensor* tensor = analysis::constantOf(channels.graph, id);
  if (tensor == nullptr) return std::nullopt;
  Result<std::vector<std::int64_t>> values = toInts(*tensor);
  return values.ok() ? std::optional(std::move(values).value()) : std::nullopt;
}

bool isAxis(std::int64_t written, std::size_t rank, std::size_t axis) {
  return (written < 0 ? written + static_cast<std::int64_t>(rank) : written) == static_cast<std::int64_t>(axis);
}

/// Pads before and after the axis in [begins..., ends...] over `axes` (all axes when empty).
bool padsAxis(const std::vector<std::int64_t>& pads, const std::vector<std::int64_t>& axes, std::size_t rank, std::size_t axis) {
  const std::size_t count = pads.size() / 2;
  for (std::size_t i = 0; i < count; ++i) {
    const bool here = axes.empty() ? i == axis : (i < axes.size() && isAxis(axes[i], rank, axis));
    if (here && (pads[i] != 0 || pads[i + count] != 0)) return true;
  }
  return false;
}

}  // namespace

void followPool(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  if (in == nullptr) return;
  if (in->axis != 1 || channels.hasSideOutputs(node)) return channels.freezeInputs(node, cannotShrink(node));
  channels.setTrack(node.output(0), *in);
}

void followReduce(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  const auto rank = channels.rank(node.input(0));
  if (in == nullptr) return;
  std::vector<std::int64_t> axes = node.attributes.getInts("axes");
  if (node.input(1) != kNone) axes = constantInts(channels, node.input(1)).value_or(std::vector<std::int64_t>{});
  const auto removed = [&](std::size_t axis) {
    return std::any_of(axes.begin(), axes.end(), [&](std::int64_t written) { return isAxis(written, *rank, axis); });
  };
  if (!rank || axes.empty() || removed(in->axis)) return channels.freezeInputs(node, cannotShrink(node));
  std::size_t axis = in->axis;
  if (node.attributes.getInt("keepdims", 1) == 0)
    for (std::size_t i = 0; i < in->axis; ++i) axis -= removed(i) ? 1 : 0;
  channels.setTrack(node.output(0), {axis, in->channels});
}

void followPad(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  const auto rank = channels.rank(node.input(0));
  if (in == nullptr) return;
  auto pads = std::optional(node.attributes.getInts("pads", node.attributes.getInts("paddings")));
  if (node.input(1) != kNone) pads = constantInts(channels, node.input(1));
  const auto axes = node.input(3) != kNone ? constantInts(channels, node.input(3)) : std::optional(std::vector<std::int64_t>{});
  if (!rank || !pads || !axes || padsAxis(*pads, *axes, *rank, in->axis)) return channels.freezeInputs(node, cannotShrink(node));
  channels.setTrack(node.output(0), *in);
}

void followResize(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  if (in == nullptr) return;
  // Opset 9 and 10 have (X, scales), 11 on (X, roi, scales, sizes).
  const bool late = node.opType == "Resize" && channels.graph.opset() >= 11;
  const ValueId sizes = late ? node.input(3) : kNone;
  const auto before = channels.extent(node.input(0), in->axis), after = channels.extent(node.output(0), in->axis);
  const bool partial = node.attributes.has("axes") || node.attributes.has("keep_aspect_ratio_policy");
  if (!before || before != after || partial || node.attributes.getString("coordinate_transformation_mode", "") == "tf_crop_and_resize")
    return channels.freezeInputs(node, cannotShrink(node));
  if (sizes != kNone) {
    if (channels.graph.initializer(sizes) == nullptr) return channels.freezeInputs(node, cannotShrink(node));
    channels.addFix({CountFix::Kind::OperandEntry, node.id, 3, in->axis, in->channels});
  } else if (channels.graph.opset() > 7 && analysis::constantOf(channels.graph, node.input(late ? 2 : 1)) == nullptr) {
    return channels.freezeInputs(node, cannotShrink(node));
  }
  channels.setTrack(node.output(0), *in);
}

void followOtherAxis(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  const auto rank = channels.rank(node.input(0));
  if (in == nullptr) return;
  // Before opset 13 Softmax runs over all axes from `axis` on.
  const bool late = channels.graph.opset() >= 13;
  if (!rank || !late || isAxis(node.attributes.getInt("axis", -1), *rank, in->axis)) return channels.freezeInputs(node, cannotShrink(node));
  channels.setTrack(node.output(0), *in);
}

/// A shape that is asked for when the model runs adapts by itself.
void followShapeQuery(ChannelGraph&, const Node&) {}

}  // namespace ew::transform
