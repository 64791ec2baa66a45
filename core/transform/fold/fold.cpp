// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/fold.h"

#include <algorithm>

#include "core/ops/infer.h"
#include "core/run/lowering/known_branches.h"
#include "core/run/lowering/known_values.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// The first rule that changes something at this node, if any.
Status applyRules(FoldContext& context, NodeId id) {
  for (const FoldRule& rule : foldRules()) {
    const Node* node = context.graph().node(id);
    if (node == nullptr || !context.isFresh(id) || !node->captures.empty() || node->input(0) == kNone || node->output(0) == kNone) return {};
    EW_ASSIGN_AT(const bool changed, rule.apply(context, *node), "node " + displayName(context.graph(), *node));
    if (changed) return {};
  }
  return {};
}

/// What nobody reads goes; it could keep its operands from being folded. Whether there was any.
bool dropDead(PassResult& result) {
  const std::vector<std::string> names = result.edit.removeDead();
  for (const std::string& name : names) result.verdicts.push_back({name, "removed", "nothing reads it", {}});
  return !names.empty();
}

/// Whether there was an If whose condition is known.
bool takeKnownBranches(PassResult& result) {
  return lowering::inlineKnownBranches(result.edit, [&](const Node& node, bool condition) {
    result.verdicts.push_back(done(result.edit.graph(), node, "folded", std::string("always takes its ") + (condition ? "then" : "else") + " branch"));
  });
}

/// Before IR version 4 every initializer was listed among the inputs; those that folding makes are not.
void allowHiddenInitializers(GraphEdit& edit) {
  constexpr std::int64_t firstVersion = 4;
  const std::vector<ValueId>& listed = edit.graph().initializerInputs();
  const bool hidden = std::any_of(edit.graph().initializers().begin(), edit.graph().initializers().end(),
                                  [&](const auto& entry) { return std::find(listed.begin(), listed.end(), entry.first) == listed.end(); });
  if (hidden) edit.mutableInfo().irVersion = std::max(edit.graph().info().irVersion, firstVersion);
}

/// Until a sweep changes nothing.
Status sweep(FoldContext& context, Progress& progress) {
  while (context.beginSweep()) {
    std::vector<NodeId> ids;
    for (const Node& node : context.graph().nodes()) ids.push_back(node.id);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (i % 64 == 0) progress.step(static_cast<std::int64_t>(i), std::ssize(ids), "folding");
      if (progress.cancelled()) return cancelledError();
      EW_TRY(applyRules(context, ids[i]));
    }
    shareSubexpressions(context);
  }
  return {};
}

}  // namespace

Result<PassResult> fold(const Graph& graph, const FoldOptions& options, Progress& progress) {
  EW_ASSIGN(ops::Inference inference, ops::inferShapes(graph));
  PassResult result{GraphEdit(std::move(inference.graph)), {}};
  std::int64_t byteBudget = options.constantByteBudget;
  ops::Inference facts;
  do {
    EW_ASSIGN(facts, lowering::inferFromInputs(result.edit.graph()));
    EW_TRY(foldConstants(result.edit, facts, byteBudget, result.verdicts, progress));
  } while (takeKnownBranches(result));
  FoldContext context(result.edit, facts.graph, result.verdicts);
  (void)dropDead(result);
  do {
    context.restart();
    EW_TRY(sweep(context, progress));
  } while (dropDead(result) || fusePatterns(result.edit, facts.graph, result.verdicts));
  shareInitializers(result.edit, result.verdicts);
  allowHiddenInitializers(result.edit);
  for (const Node& node : context.graph().nodes())
    if (node.opType == "BatchNormalization") result.verdicts.push_back(kept(context.graph(), node, whyNotFolded(context, node)));
  return result;
}

}  // namespace ew::transform
