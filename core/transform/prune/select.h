// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/transform/prune/channel_graph.h"
#include "core/transform/prune/structures.h"

namespace ew::transform {

/// Channels that go together, with how much they matter.
struct ChannelClass {
  Channel root = 0;
  std::vector<std::size_t> layers;  ///< for each producer channel in it, the producer's index in Selection::groups' layers
  double importance = 0;            ///< 1 is the mean of the group
  bool removable = true;
};

/// Producers whose channels hang together, directly or through others.
struct ChannelGroup {
  std::vector<std::size_t> producers;  ///< indices into ChannelGraph::producers()
  std::vector<ChannelClass> classes;
  double sparsity = 0;
  bool ownSparsity = false;            ///< a `layers` rule names a member
  std::optional<Reason> stays;
};

/// Which classes go: by root channel.
struct Selection {
  std::vector<ChannelGroup> groups;
  std::vector<bool> removed;           ///< by root channel
  bool isRemoved(const ChannelGraph& channels, Channel channel) const { return removed[static_cast<std::size_t>(channels.root(channel))]; }
  /// How many of the channels remain.
  std::int64_t remaining(const ChannelGraph& channels, const ChannelList& list) const;
};

/// Ranks and chooses. Never takes the last channel of a layer; what remains of a layer that loses some is a multiple
/// of plan.align.
Result<Selection> selectChannels(const ChannelGraph& channels, const PrunePlan& plan, Progress& progress);

/// Groups with scores, nothing chosen yet (prune/group.cpp).
Result<std::vector<ChannelGroup>> groupChannels(const ChannelGraph& channels, const PrunePlan& plan, Progress& progress);

/// Cuts every constant, shape and count of the channels that go (prune/shrink.cpp).
Status shrink(GraphEdit& edit, const ChannelGraph& channels, const Selection& selection);

}  // namespace ew::transform
