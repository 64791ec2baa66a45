// SPDX-License-Identifier: Apache-2.0
#include "core/transform/prune/select.h"

#include <algorithm>
#include <cmath>

namespace ew::transform {
namespace {

/// A class of a group in a ranking.
struct Candidate {
  std::size_t group = 0, index = 0;
};

class Chooser {
 public:
  Chooser(const ChannelGraph& channels, const PrunePlan& plan, std::vector<ChannelGroup> groups) : channels_(channels), plan_(plan) {
    out_.groups = std::move(groups);
    out_.removed.assign(channels.channelCount(), false);
    for (const ProducerLayer& producer : channels.producers())
      remaining_.push_back(producer.channels ? std::ssize(*producer.channels) : 0);
    whole_ = remaining_;
  }

  Selection run() {
    std::vector<Candidate> all;
    std::int64_t total = 0;
    for (std::size_t g = 0; g < out_.groups.size(); ++g) {
      const ChannelGroup& group = out_.groups[g];
      if (group.stays) continue;
      if (plan_.global && !group.ownSparsity) {
        for (std::size_t i = 0; i < group.classes.size(); ++i) {
          total += std::ssize(group.classes[i].layers);
          if (group.classes[i].removable) all.push_back({g, i});
        }
        continue;
      }
      std::vector<Candidate> own;
      std::int64_t count = 0;
      for (std::size_t i = 0; i < group.classes.size(); ++i) {
        count += std::ssize(group.classes[i].layers);
        if (group.classes[i].removable) own.push_back({g, i});
      }
      remove(std::move(own), group.sparsity * static_cast<double>(count));
    }
    remove(std::move(all), plan_.sparsity * static_cast<double>(total));
    for (ChannelGroup& group : out_.groups) align(group);
    return std::move(out_);
  }

 private:
  ChannelClass& at(const Candidate& candidate) { return out_.groups[candidate.group].classes[candidate.index]; }
  bool isRemoved(const ChannelClass& each) const { return out_.removed[static_cast<std::size_t>(each.root)]; }

  void set(const ChannelClass& each, bool removed) {
    out_.removed[static_cast<std::size_t>(each.root)] = removed;
    for (const std::size_t layer : each.layers) remaining_[layer] += removed ? -1 : 1;
  }

  bool leavesEnough(const ChannelClass& each) {
    set(each, true);
    const std::int64_t least = plan_.align;
    const bool enough = std::all_of(each.layers.begin(), each.layers.end(), [&](std::size_t layer) { return remaining_[layer] >= std::max<std::int64_t>(1, least); });
    set(each, false);
    return enough;
  }

  /// Takes the least important until the wanted number of channels is met as nearly as whole classes allow.
  void remove(std::vector<Candidate> candidates, double wanted) {
    std::stable_sort(candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) { return at(a).importance < at(b).importance; });
    double taken = 0;
    for (const Candidate& candidate : candidates) {
      ChannelClass& each = at(candidate);
      const auto size = static_cast<double>(each.layers.size());
      if (taken + size / 2 > wanted) break;
      if (!leavesEnough(each)) continue;
      set(each, true);
      taken += size;
    }
  }

  /// Brings back the most important ones until every layer that lost channels keeps a multiple of `align`.
  void align(ChannelGroup& group) {
    const auto isOff = [&](std::size_t layer) { return remaining_[layer] != whole_[layer] && remaining_[layer] % plan_.align != 0; };
    while (std::any_of(group.producers.begin(), group.producers.end(), isOff)) {
      ChannelClass* best = nullptr;
      for (ChannelClass& each : group.classes) {
        if (!isRemoved(each) || std::none_of(each.layers.begin(), each.layers.end(), isOff)) continue;
        if (best == nullptr || each.importance > best->importance) best = &each;
      }
      if (best == nullptr) return;
      set(*best, false);
    }
  }

  const ChannelGraph& channels_;
  const PrunePlan& plan_;
  Selection out_;
  std::vector<std::int64_t> remaining_, whole_;  ///< by producer
};

}  // namespace

std::int64_t Selection::remaining(const ChannelGraph& channels, const ChannelList& list) const {
  return std::count_if(list->begin(), list->end(), [&](Channel channel) { return !isRemoved(channels, channel); });
}

Result<Selection> selectChannels(const ChannelGraph& channels, const PrunePlan& plan, Progress& progress) {
  EW_ASSIGN(std::vector<ChannelGroup> groups, groupChannels(channels, plan, progress));
  return Chooser(channels, plan, std::move(groups)).run();
}

}  // namespace ew::transform
