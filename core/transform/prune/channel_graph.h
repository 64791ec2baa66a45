// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/reason.h"
#include "core/graph/graph.h"

namespace ew::transform {

/// One channel that may be removed. Channels that can only go together are united into one class.
using Channel = std::int32_t;
using ChannelList = std::shared_ptr<const std::vector<Channel>>;

/// Which axis of a value carries channels, and the channel at each of its positions.
struct Track {
  std::size_t axis = 0;
  ChannelList channels;
};

/// A layer whose weights create channels.
struct ProducerLayer {
  NodeId node = kNone;
  ChannelList channels;      ///< its output channels; nullptr when it has none of its own
  std::optional<Reason> stays;
};

/// Positions of a constant that go when their channels go.
struct ConstantSlice {
  ValueId value = kNone;
  std::size_t axis = 0;
  ChannelList channels;
};

/// A constant operand of a node that loses channels along an axis.
struct NodeCut {
  NodeId node = kNone;
  std::size_t input = 0, axis = 0;
  ChannelList channels;
};

/// An integer that counts channels: `group` of a depthwise convolution, an entry of a shape operand.
struct CountFix {
  enum class Kind { Group, OperandEntry } kind = Kind::Group;
  NodeId node = kNone;
  std::size_t input = 0, entry = 0;  ///< OperandEntry
  ChannelList channels;
};

/// Channels of the whole graph, how they hang together, and what must be cut when some go. Filled by the dependency
/// rules, one operator at a time, in execution order.
class ChannelGraph {
 public:
  explicit ChannelGraph(const Graph& graph) : graph(graph), tracks_(graph.valueCount()) {}

  const Graph& graph;

  // ----- classes of channels
  ChannelList create(std::size_t count);
  Channel root(Channel channel) const;
  void unite(Channel a, Channel b);
  /// Position by position; lists of different length freeze each other.
  void unite(const ChannelList& a, const ChannelList& b);
  /// These channels cannot go. The first reason stays.
  void freeze(const ChannelList& channels, const Reason& reason);
  const Reason* frozen(Channel channel) const;
  std::size_t channelCount() const { return parent_.size(); }

  // ----- values
  const Track* track(ValueId id) const;
  void setTrack(ValueId id, Track track) { tracks_[static_cast<std::size_t>(id)] = std::move(track); }
  void freezeValue(ValueId id, const Reason& reason);
  /// Freezes every tracked operand of a node.
  void freezeInputs(const Node& node, const Reason& reason);
  /// Whether an output beyond the first (indices, a mask) is used: it would have to lose channels too.
  bool hasSideOutputs(const Node& node) const;
  /// The extent when it is known.
  std::optional<std::int64_t> extent(ValueId id, std::size_t axis) const;
  std::optional<std::size_t> rank(ValueId id) const;

  // ----- what to cut
  /// Cuts the constant operand `input` of `node` along `axis` with these channels, through a DequantizeLinear with its
  /// scale and zero point when there is one. Freezes the channels when the operand cannot be cut.
  void cut(const Node& node, std::size_t input, std::size_t axis, const ChannelList& channels);
  void addProducer(ProducerLayer producer) { producers_.push_back(std::move(producer)); }
  void addFix(CountFix fix) { fixes_.push_back(std::move(fix)); }
  /// The scale that a BatchNormalization gives each channel, for criteria that rank by it.
  void noteNormScale(const ChannelList& channels, const Tensor& scale);
  std::optional<float> normScale(Channel channel) const;

  /// To be called after the last node: freezes what somebody else reads too.
  void finish();

  const std::vector<ProducerLayer>& producers() const { return producers_; }
  std::vector<ConstantSlice> slices() const;
  const std::vector<NodeCut>& nodeCuts() const { return nodeCuts_; }
  const std::vector<CountFix>& fixes() const { return fixes_; }

 private:
  void cutValue(ValueId value, NodeId reader, std::size_t axis, const ChannelList& channels);
  bool isReadWhole(ValueId value, const std::set<ValueId>& shared) const;

  mutable std::vector<Channel> parent_;
  std::vector<std::optional<Reason>> frozen_;  ///< at roots
  std::vector<std::optional<Track>> tracks_;
  std::map<std::pair<ValueId, std::size_t>, ChannelList> cuts_;
  std::map<ValueId, std::set<NodeId>> cutReaders_;
  std::vector<ProducerLayer> producers_;
  std::vector<NodeCut> nodeCuts_;
  std::vector<CountFix> fixes_;
  std::map<Channel, float> normScale_;
};

/// Follows the channels through the whole graph. `graph` has inferred shapes.
ChannelGraph buildChannelGraph(const Graph& graph);

/// How one operator passes channels on.
struct DependencyRule {
  std::string_view op;
  void (*apply)(ChannelGraph& channels, const Node& node);
};
std::span<const DependencyRule> dependencyRules();  ///< (prune/dependency_rules.cpp)

// prune/rules_layer.cpp
void followConv(ChannelGraph& channels, const Node& node);
void followGemm(ChannelGraph& channels, const Node& node);
void followMatMul(ChannelGraph& channels, const Node& node);
void followNormalization(ChannelGraph& channels, const Node& node);
// prune/rules_elementwise.cpp
void followUnary(ChannelGraph& channels, const Node& node);
void followBroadcast(ChannelGraph& channels, const Node& node);
void followQuantizer(ChannelGraph& channels, const Node& node);
void followConcat(ChannelGraph& channels, const Node& node);
// prune/rules_spatial.cpp
void followPool(ChannelGraph& channels, const Node& node);
void followReduce(ChannelGraph& channels, const Node& node);
void followPad(ChannelGraph& channels, const Node& node);
void followResize(ChannelGraph& channels, const Node& node);
void followOtherAxis(ChannelGraph& channels, const Node& node);
void followShapeQuery(ChannelGraph& channels, const Node& node);
// prune/rules_layout.cpp
void followReshape(ChannelGraph& channels, const Node& node);
void followFlatten(ChannelGraph& channels, const Node& node);
void followTranspose(ChannelGraph& channels, const Node& node);
void followSqueeze(ChannelGraph& channels, const Node& node);
void followUnsqueeze(ChannelGraph& channels, const Node& node);

/// The operator's name as the detail of ConsumerNotShrinkable.
Reason cannotShrink(const Node& node);

}  // namespace ew::transform
