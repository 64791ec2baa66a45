// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/transform/prune/select.h"

namespace ew::transform {
namespace {

std::string change(std::int64_t before, std::int64_t after) { return std::to_string(before) + " -> " + std::to_string(after); }

class Reporter {
 public:
  Reporter(const ChannelGraph& channels, const Selection& selection) : channels_(channels), selection_(selection) {
    for (const ChannelGroup& group : selection.groups)
      for (const std::size_t producer : group.producers) groupOf_[producer] = &group;
    for (std::size_t i = 0; i < channels.producers().size(); ++i) producerOf_[channels.producers()[i].node] = i;
    for (const NodeCut& cut : channels.nodeCuts()) cutsOf_[cut.node].push_back(&cut);
  }

  std::vector<NodeVerdict> verdicts() const {
    std::vector<NodeVerdict> out;
    for (const Node& node : channels_.graph.nodes()) {
      const auto producer = producerOf_.find(node.id);
      if (producer != producerOf_.end()) out.push_back(aboutProducer(node, producer->second));
      else if (const std::string text = lostBy(node, nullptr, "channels"); !text.empty()) out.push_back(done(channels_.graph, node, "shrunk", text));
    }
    return out;
  }

 private:
  std::int64_t remaining(const ChannelList& list) const { return selection_.remaining(channels_, list); }

  /// "inputs 16 -> 14" when a constant of the node loses other channels than `own`; empty when none does.
  std::string lostBy(const Node& node, const ChannelList& own, const std::string& what) const {
    const auto cuts = cutsOf_.find(node.id);
    if (cuts == cutsOf_.end()) return {};
    for (const NodeCut* cut : cuts->second) {
      if (cut->channels == own || remaining(cut->channels) == std::ssize(*cut->channels)) continue;
      const std::string counts = change(std::ssize(*cut->channels), remaining(cut->channels));
      return own == nullptr && what == "channels" ? counts + " channels" : what + " " + counts;
    }
    return {};
  }

  Reason whyItStays(std::size_t index) const {
    const ProducerLayer& producer = channels_.producers()[index];
    if (producer.stays) return *producer.stays;
    const ChannelGroup& group = *groupOf_.at(index);
    if (group.stays) return *group.stays;
    for (const Channel channel : *producer.channels)
      if (const Reason* reason = channels_.frozen(channel)) return *reason;
    return {ReasonCode::TooSmall, "nothing to remove at this sparsity and alignment"};
  }

  NodeVerdict aboutProducer(const Node& node, std::size_t index) const {
    const ProducerLayer& producer = channels_.producers()[index];
    const std::string inputs = lostBy(node, producer.channels, "inputs");
    const std::int64_t before = producer.channels ? std::ssize(*producer.channels) : 0;
    const std::int64_t after = producer.channels ? remaining(producer.channels) : 0;
    if (after < before) return done(channels_.graph, node, "pruned", change(before, after) + " channels" + (inputs.empty() ? "" : ", " + inputs));
    NodeVerdict out = kept(channels_.graph, node, whyItStays(index));
    if (!inputs.empty()) {
      out.verdict = "shrunk";
      out.reason = inputs + "; its own channels stay: " + out.reason;
    }
    return out;
  }

  const ChannelGraph& channels_;
  const Selection& selection_;
  std::map<std::size_t, const ChannelGroup*> groupOf_;
  std::map<NodeId, std::size_t> producerOf_;
  std::map<NodeId, std::vector<const NodeCut*>> cutsOf_;
};

}  // namespace

Result<PassResult> pruneChannels(const Graph& graph, const PrunePlan& plan, Progress& progress) {
  const ChannelGraph channels = buildChannelGraph(graph);
  EW_ASSIGN(const Selection selection, selectChannels(channels, plan, progress));
  PassResult result{GraphEdit(graph), Reporter(channels, selection).verdicts()};
  EW_TRY(shrink(result.edit, channels, selection));
  return result;
}

}  // namespace ew::transform
