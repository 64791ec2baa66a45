// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "core/transform/fold/fold.h"

namespace ew::transform {

/// What the rules share during one sweep over the nodes. Indices of the graph are those from the sweep's start, so a
/// rule leaves nodes alone that something touched since: the next sweep sees them fresh.
class FoldContext {
 public:
  FoldContext(GraphEdit& edit, std::vector<NodeVerdict>& verdicts) : edit(edit), verdicts(verdicts) {}

  /// Refreshes the indices and forgets what was touched. False when the last sweep changed nothing.
  bool beginSweep();

  const Graph& graph() const { return edit.graph(); }
  bool isFresh(NodeId id) const { return !touched_.contains(id); }
  /// Nodes around a value (its producer and readers) that change with it.
  void touchAround(ValueId id);
  bool isCaptured(ValueId id) const { return captured_.contains(id); }

  /// The producer of a value that only `reader` reads and that is no model output; nullptr otherwise.
  const Node* privateProducer(ValueId id, NodeId reader) const;

  /// Whether readers of `from` could read `to` instead without changing a name of the model's interface.
  bool canBypass(ValueId from, ValueId to) const;
  /// Removes a node that passes its first input on unchanged: readers of its output read the input.
  void bypass(const Node& node, std::string_view what);
  /// Removes `last` behind `first`, which takes over its output and its origin.
  void absorb(NodeId first, const Node& last, std::string what);

  GraphEdit& edit;
  std::vector<NodeVerdict>& verdicts;

 private:
  void retire(NodeId id) { retired_.push_back(id); }

  std::set<NodeId> touched_;
  std::set<ValueId> captured_;
  std::vector<NodeId> retired_;
  bool first_ = true;
};

/// One way to simplify a node. Returns whether it changed the graph.
struct FoldRule {
  std::string_view name;
  Result<bool> (*apply)(FoldContext& context, const Node& node);
};
std::span<const FoldRule> foldRules();  ///< in the order that they are tried (fold/rules.cpp)

Result<bool> foldIdentity(FoldContext& context, const Node& node);
Result<bool> foldDropout(FoldContext& context, const Node& node);
Result<bool> foldNoOp(FoldContext& context, const Node& node);
Result<bool> foldNeutralArithmetic(FoldContext& context, const Node& node);
Result<bool> foldBatchNormalization(FoldContext& context, const Node& node);
Result<bool> foldChannelArithmetic(FoldContext& context, const Node& node);
Result<bool> foldMatMulBias(FoldContext& context, const Node& node);

/// Computes what depends on constants only and stores it as initializers.
Status foldConstants(GraphEdit& edit, const std::map<ValueId, Tensor>& known, const FoldOptions& options,
                     std::vector<NodeVerdict>& verdicts, Progress& progress);

/// Why a BatchNormalization that is still there could not be folded.
Reason whyNotFolded(const FoldContext& context, const Node& node);

}  // namespace ew::transform
