// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/analysis/weights.h"
#include "core/transform/prune/channel_graph.h"

namespace ew::transform {
namespace {

/// Axes [begin, end) of the operand that become one axis of the result.
struct Merge {
  std::size_t begin = 0, end = 0, axis = 0;
};

/// The channel at each position of the merged axis: every channel repeats for what lies before and behind it.
ChannelList merged(const ChannelGraph& channels, ValueId id, const Track& in, const Merge& merge) {
  std::int64_t outer = 1, inner = 1;
  for (std::size_t axis = merge.begin; axis < merge.end; ++axis) {
    if (axis == in.axis) continue;
    const auto extent = channels.extent(id, axis);
    if (!extent) return nullptr;
    (axis < in.axis ? outer : inner) *= *extent;
  }
  if (outer == 1 && inner == 1) return in.channels;
  std::vector<Channel> out;
  for (std::int64_t o = 0; o < outer; ++o)
    for (const Channel channel : *in.channels) out.insert(out.end(), static_cast<std::size_t>(inner), channel);
  return std::make_shared<const std::vector<Channel>>(std::move(out));
}

/// Extents that are not known are the same when each shape has one of them and the rest multiplies to the same.
bool sameUnknown(const Shape& from, const Shape& to) {
  const auto rest = [](const Shape& shape) -> std::int64_t {
    std::int64_t product = 1;
    int unknown = 0;
    for (const Dim& dim : shape.dims()) {
      if (dim.known()) product *= dim.extent;
      else ++unknown;
    }
    return unknown == 1 ? product : -1;
  };
  return rest(from) > 0 && rest(from) == rest(to);
}

/// Walks two shapes side by side and finds the axis that `axis` of `from` goes into whole. A dynamic extent matches
/// only the same dynamic extent.
std::optional<Merge> findMerge(const Shape& from, const Shape& to, std::size_t axis) {
  std::size_t i = 0, j = 0;
  while (i < from.rank() && j < to.rank()) {
    Merge merge{i, i + 1, j};
    std::size_t toEnd = j + 1;
    if (from[i].known() && to[j].known()) {
      std::int64_t a = from[i].extent, b = to[j].extent;
      while (a != b) {
        const bool growFrom = a < b;
        if (growFrom ? (merge.end >= from.rank() || !from[merge.end].known()) : (toEnd >= to.rank() || !to[toEnd].known())) return std::nullopt;
        if (growFrom) a *= from[merge.end++].extent;
        else b *= to[toEnd++].extent;
        if (a == 0 || b == 0) return std::nullopt;
      }
    } else if (from[i].known() || to[j].known() || (!sameUnknown(from, to) && (from[i].symbol.empty() || from[i].symbol != to[j].symbol))) {
      return std::nullopt;
    }
    if (axis >= merge.begin && axis < merge.end) {
      // Extra axes of extent 1 around it do no harm; a real split does.
      std::size_t whole = toEnd;
      for (std::size_t k = merge.axis; k < toEnd; ++k) {
        if (to[k].known() && to[k].extent == 1) continue;
        if (whole != toEnd) return std::nullopt;
        whole = k;
      }
      merge.axis = whole == toEnd ? merge.axis : whole;
      return merge;
    }
    i = merge.end;
    j = toEnd;
  }
  return std::nullopt;
}

bool passMerged(ChannelGraph& channels, const Node& node, const Track& in, const Merge& merge) {
  const ChannelList list = merged(channels, node.input(0), in, merge);
  if (list == nullptr) return false;
  channels.setTrack(node.output(0), {merge.axis, list});
  return true;
}

std::optional<std::vector<std::int64_t>> axesOf(const ChannelGraph& channels, const Node& node) {
  if (node.input(1) == kNone) {
    std::vector<std::int64_t> axes = node.attributes.getInts("axes");
    return axes.empty() ? std::nullopt : std::optional(std::move(axes));
  }
  const Tensor* tensor = analysis::constantOf(channels.graph, node.input(1));
  if (tensor == nullptr) return std::nullopt;
  Result<std::vector<std::int64_t>> values = toInts(*tensor);
  return values.ok() ? std::optional(std::move(values).value()) : std::nullopt;
}

/// The axes as a sorted list of positions in a shape of `rank`.
std::optional<std::vector<std::size_t>> positions(const std::vector<std::int64_t>& axes, std::size_t rank) {
  std::vector<std::size_t> out;
  for (const std::int64_t axis : axes) {
    const std::int64_t at = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
    if (at < 0 || at >= static_cast<std::int64_t>(rank)) return std::nullopt;
    out.push_back(static_cast<std::size_t>(at));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

void followReshape(ChannelGraph& channels, const Node& node) {
  const Track* found = channels.track(node.input(0));
  if (found == nullptr) return;
  const Track in = *found;
  const auto &from = channels.graph.value(node.input(0)).shape, &to = channels.graph.value(node.output(0)).shape;
  const auto merge = from && to ? findMerge(*from, *to, in.axis) : std::nullopt;
  const Tensor* target = channels.graph.initializer(node.input(1));
  const Result<std::vector<std::int64_t>> entries = target != nullptr ? toInts(*target) : Result<std::vector<std::int64_t>>(unsupported(""));
  if (!merge || !entries.ok() || merge->axis >= entries->size() || !passMerged(channels, node, in, *merge))
    return channels.freezeInputs(node, cannotShrink(node));
  const std::int64_t entry = (*entries)[merge->axis];
  // 0 copies the operand's extent at the same axis, -1 takes what is left: both adapt by themselves.
  if (entry == 0 && merge->axis != in.axis) return channels.freezeInputs(node, cannotShrink(node));
  if (entry > 0) channels.addFix({CountFix::Kind::OperandEntry, node.id, 1, merge->axis, channels.track(node.output(0))->channels});
}

void followFlatten(ChannelGraph& channels, const Node& node) {
  const Track* found = channels.track(node.input(0));
  const auto rank = channels.rank(node.input(0));
  if (found == nullptr) return;
  const Track in = *found;
  const std::int64_t written = node.attributes.getInt("axis", 1);
  const auto axis = static_cast<std::size_t>(written < 0 && rank ? written + static_cast<std::int64_t>(*rank) : written);
  if (!rank || axis > *rank) return channels.freezeInputs(node, cannotShrink(node));
  const Merge merge = in.axis < axis ? Merge{0, axis, 0} : Merge{axis, *rank, 1};
  if (!passMerged(channels, node, in, merge)) channels.freezeInputs(node, cannotShrink(node));
}

void followTranspose(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  const auto rank = channels.rank(node.input(0));
  if (in == nullptr) return;
  if (!rank) return channels.freezeInputs(node, cannotShrink(node));
  const std::vector<std::int64_t> perm = node.attributes.getInts("perm");
  std::size_t axis = *rank - 1 - in->axis;
  if (!perm.empty())
    axis = static_cast<std::size_t>(std::find(perm.begin(), perm.end(), static_cast<std::int64_t>(in->axis)) - perm.begin());
  if (axis >= *rank) return channels.freezeInputs(node, cannotShrink(node));
  channels.setTrack(node.output(0), {axis, in->channels});
}

void followSqueeze(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  const auto rank = channels.rank(node.input(0));
  if (in == nullptr) return;
  const auto axes = axesOf(channels, node);
  const auto at = axes && rank ? positions(*axes, *rank) : std::nullopt;
  if (!at || std::find(at->begin(), at->end(), in->axis) != at->end()) return channels.freezeInputs(node, cannotShrink(node));
  const auto before = std::count_if(at->begin(), at->end(), [&](std::size_t axis) { return axis < in->axis; });
  channels.setTrack(node.output(0), {in->axis - static_cast<std::size_t>(before), in->channels});
}

void followUnsqueeze(ChannelGraph& channels, const Node& node) {
  const Track* in = channels.track(node.input(0));
  const auto rank = channels.rank(node.output(0));
  if (in == nullptr) return;
  const auto axes = axesOf(channels, node);
  const auto at = axes && rank ? positions(*axes, *rank) : std::nullopt;
  if (!at) return channels.freezeInputs(node, cannotShrink(node));
  std::size_t axis = in->axis;
  for (const std::size_t inserted : *at) axis += inserted <= axis ? 1 : 0;
  channels.setTrack(node.output(0), {axis, in->channels});
}

}  // namespace ew::transform
