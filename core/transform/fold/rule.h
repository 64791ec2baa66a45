// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "core/ops/infer.h"
#include "core/transform/fold/fold.h"

namespace ew::transform {

/// What the rules share during one sweep over the nodes. Indices of the graph are those from the sweep's start, so a
/// rule leaves nodes alone that something touched since: the next sweep sees them fresh.
class FoldContext {
 public:
  /// `facts` is what inference can tell of the same graph without the shapes that the file declares in between.
  FoldContext(GraphEdit& edit, const Graph& facts, std::vector<NodeVerdict>& verdicts) : edit(edit), verdicts(verdicts), facts_(facts) {}

  /// Refreshes the indices and forgets what was touched. False when the last sweep changed nothing.
  bool beginSweep();
  /// The next sweep looks at every node again.
  void restart() { first_ = true; }

  const Graph& graph() const { return edit.graph(); }
  bool isFresh(NodeId id) const { return !touched_.contains(id); }
  /// Nodes around a value (its producer and readers) that change with it.
  void touchAround(ValueId id);

  /// What is certain about a value; values that folding made are known when they are constants.
  const std::optional<Shape>& shapeOf(ValueId id) const;
  DType typeOf(ValueId id) const;
  /// Both shapes are known to be equal: numbers, or the same named symbol.
  bool sameShape(ValueId a, ValueId b) const;

  /// The producer of a value that only `reader` reads and that is no model output; nullptr otherwise.
  const Node* privateProducer(ValueId id, NodeId reader) const;
  /// The one reader of a value that is no model output; nullptr otherwise.
  const Node* onlyReader(ValueId id) const;

  /// Whether readers of `from` could read `to` instead without changing a name of the model's interface.
  bool canBypass(ValueId from, ValueId to) const;
  /// Removes a node that passes its first input on unchanged: readers of its output read the input.
  void bypass(const Node& node, std::string_view what);
  /// The same where the output equals another value than the first input.
  void bypassTo(const Node& node, ValueId same, std::string_view verdict, std::string_view what);
  /// Removes `last` behind `first`, which takes over its output and its origin.
  void absorb(NodeId first, const Node& last, std::string what);
  /// The node reads `from` in place of its first input, which nobody else read: what `between` did is part of it now.
  /// Without other readers `between` goes.
  void skip(NodeId id, const Node& between, std::string what);
  /// A node that has become superfluous: nothing reads its outputs any more.
  void retire(const Node& node, std::string_view verdict, std::string what);

  ValueId addConstant(const std::string& name, Tensor tensor) { return edit.addInitializer(edit.freshValueName(name), std::move(tensor)); }

  GraphEdit& edit;
  std::vector<NodeVerdict>& verdicts;

 private:
  const Graph& facts_;
  std::set<NodeId> touched_;
  std::set<ValueId> byName_;  ///< values whose names a subgraph holds in bytes that nobody interprets
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
Result<bool> foldTransposePair(FoldContext& context, const Node& node);
Result<bool> foldCastPair(FoldContext& context, const Node& node);
Result<bool> foldReshapeChain(FoldContext& context, const Node& node);
Result<bool> foldComputedShape(FoldContext& context, const Node& node);
Result<bool> foldPad(FoldContext& context, const Node& node);
Result<bool> foldBatchNormalization(FoldContext& context, const Node& node);
Result<bool> foldChannelArithmetic(FoldContext& context, const Node& node);
Result<bool> foldMatMulBias(FoldContext& context, const Node& node);
Result<bool> foldAffineForward(FoldContext& context, const Node& node);

/// Computes what depends on constants only and stores it as initializers.
/// `byteBudget` is what the constants may grow by; what they grew by is taken from it.
Status foldConstants(GraphEdit& edit, const ops::Inference& facts, std::int64_t& byteBudget, std::vector<NodeVerdict>& verdicts,
                     Progress& progress);

/// Nodes that compute the same from the same operands become one.
void shareSubexpressions(FoldContext& context);
/// Constants with the same content become one.
void shareInitializers(GraphEdit& edit, std::vector<NodeVerdict>& verdicts);
/// Nodes that together compute what one operator of the model's opset computes become that operator. Whether there were any.
bool fusePatterns(GraphEdit& edit, const Graph& facts, std::vector<NodeVerdict>& verdicts);

/// Why a BatchNormalization that is still there could not be folded.
Reason whyNotFolded(const FoldContext& context, const Node& node);

}  // namespace ew::transform
