// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>

#include "core/analysis/weights.h"
#include "core/base/text.h"
#include "core/transform/prune/select.h"

namespace ew::transform {
namespace {

/// The weight with its channel axis first, as rows.
std::vector<float> rowsOf(const Tensor& floats, std::size_t axis) {
  const std::span<const float> data = floats.data<float>();
  std::vector<float> out(data.size());
  std::size_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < floats.rank(); ++i) (i < axis ? outer : inner) *= i == axis ? 1 : static_cast<std::size_t>(floats.dim(i));
  const auto channels = static_cast<std::size_t>(floats.dim(axis));
  for (std::size_t o = 0; o < outer; ++o)
    for (std::size_t c = 0; c < channels; ++c)
      std::copy_n(data.begin() + static_cast<std::ptrdiff_t>((o * channels + c) * inner), inner,
                  out.begin() + static_cast<std::ptrdiff_t>((c * outer + o) * inner));
  return out;
}

/// Scores of a producer's channels with a mean of 1; empty when the criterion cannot score it.
Result<std::vector<double>> scoreProducer(const ChannelGraph& channels, const ProducerLayer& producer, const PrunePlan& plan, std::uint64_t seed) {
  const Node& node = *channels.graph.node(producer.node);
  const std::vector<analysis::WeightRef> weights = analysis::weightsOf(channels.graph, node);
  if (weights.empty()) return std::vector<double>{};
  EW_ASSIGN(const Tensor floats, analysis::dequantized(weights.front()));
  const auto axis = static_cast<std::size_t>(weights.front().channelAxis);
  if (floats.size() == 0 || floats.dim(axis) != std::ssize(*producer.channels)) return std::vector<double>{};
  const std::vector<float> rows = rowsOf(floats, axis);
  std::vector<float> normScale;
  for (const Channel channel : *producer.channels)
    if (const auto scale = channels.normScale(channel)) normScale.push_back(*scale);
  if (normScale.size() != producer.channels->size()) normScale.clear();
  if (plan.criterion->needsNormScale && normScale.empty()) return std::vector<double>{};
  ScoreInput input{rows, rows.size() / producer.channels->size(), normScale, seed};
  std::vector<double> scores = plan.criterion->scores(input);
  for (double& score : scores)
    if (!std::isfinite(score)) score = std::numeric_limits<float>::max();
  const double mean = std::accumulate(scores.begin(), scores.end(), 0.0) / static_cast<double>(scores.size());
  if (mean > 0)
    for (double& score : scores) score /= mean;
  return scores;
}

/// Producers that share a class belong together.
std::vector<std::vector<std::size_t>> connected(const ChannelGraph& channels) {
  const auto& producers = channels.producers();
  std::vector<std::size_t> parent(producers.size());
  std::iota(parent.begin(), parent.end(), 0U);
  const auto find = [&](std::size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
  };
  std::unordered_map<Channel, std::size_t> owner;
  for (std::size_t i = 0; i < producers.size(); ++i) {
    if (producers[i].channels == nullptr) continue;
    for (const Channel channel : *producers[i].channels) {
      const auto [it, isNew] = owner.emplace(channels.root(channel), i);
      const std::size_t a = find(it->second), b = find(i);
      if (!isNew && a != b) parent[std::max(a, b)] = std::min(a, b);
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < producers.size(); ++i)
    if (producers[i].channels != nullptr) groups[find(i)].push_back(i);
  std::vector<std::vector<std::size_t>> out;
  for (auto& [first, members] : groups) out.push_back(std::move(members));
  return out;
}

/// Layers whose `layers` rule speaks for the group: its producers and the depthwise convolutions that follow them.
void applyRules(ChannelGroup& group, const ChannelGraph& channels, const PrunePlan& plan,
                const std::unordered_map<Channel, std::vector<NodeId>>& followers) {
  group.sparsity = plan.sparsity;
  std::vector<NodeId> members;
  for (const std::size_t producer : group.producers) members.push_back(channels.producers()[producer].node);
  for (const ChannelClass& each : group.classes)
    if (const auto it = followers.find(each.root); it != followers.end()) members.insert(members.end(), it->second.begin(), it->second.end());
  for (const NodeId node : members) {
    const std::string layer = displayName(channels.graph, *channels.graph.node(node));
    if (!plan.hasOwn(layer)) continue;
    group.sparsity = group.ownSparsity ? std::min(group.sparsity, plan.sparsityOf(layer)) : plan.sparsityOf(layer);
    group.ownSparsity = true;
  }
  if (group.sparsity == 0) group.stays = Reason{ReasonCode::ExcludedByRecipe, {}};
}

Status scoreGroup(ChannelGroup& group, const ChannelGraph& channels, const PrunePlan& plan) {
  std::unordered_map<Channel, std::size_t> index;
  std::vector<std::size_t> scored;
  bool any = false;
  for (const std::size_t producer : group.producers) {
    const ProducerLayer& layer = channels.producers()[producer];
    EW_ASSIGN(const std::vector<double> scores, scoreProducer(channels, layer, plan, plan.seed + producer));
    any = any || !scores.empty();
    for (std::size_t c = 0; c < layer.channels->size(); ++c) {
      const Channel root = channels.root((*layer.channels)[c]);
      const auto [it, isNew] = index.emplace(root, group.classes.size());
      if (isNew) {
        group.classes.push_back({root, {}, 0, channels.frozen(root) == nullptr});
        scored.push_back(0);
      }
      ChannelClass& each = group.classes[it->second];
      each.layers.push_back(producer);
      if (scores.empty()) continue;
      each.importance += scores[c];
      ++scored[it->second];
    }
  }
  for (std::size_t i = 0; i < group.classes.size(); ++i)
    if (scored[i] > 0) group.classes[i].importance /= static_cast<double>(scored[i]);
  if (!any) group.stays = Reason{ReasonCode::NoWeights, "nothing that " + std::string(plan.criterion->name) + " could rank"};
  const auto fixed = std::find_if(group.classes.begin(), group.classes.end(), [](const ChannelClass& each) { return !each.removable; });
  if (std::none_of(group.classes.begin(), group.classes.end(), [](const ChannelClass& each) { return each.removable; }) && fixed != group.classes.end())
    group.stays = *channels.frozen(fixed->root);
  return {};
}

}  // namespace

Result<std::vector<ChannelGroup>> groupChannels(const ChannelGraph& channels, const PrunePlan& plan, Progress& progress) {
  std::unordered_map<Channel, std::vector<NodeId>> followers;
  for (const CountFix& fix : channels.fixes())
    if (fix.kind == CountFix::Kind::Group)
      for (const Channel channel : *fix.channels) followers[channels.root(channel)].push_back(fix.node);
  std::vector<ChannelGroup> out;
  const auto members = connected(channels);
  for (std::size_t i = 0; i < members.size(); ++i) {
    progress.step(static_cast<std::int64_t>(i), std::ssize(members), "ranking channels");
    if (progress.cancelled()) return cancelledError();
    ChannelGroup group;
    group.producers = members[i];
    EW_TRY(scoreGroup(group, channels, plan));
    if (!group.stays) applyRules(group, channels, plan, followers);
    out.push_back(std::move(group));
  }
  return out;
}

}  // namespace ew::transform
