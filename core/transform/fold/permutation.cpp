// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>

#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// Empty when it cannot be told or is no permutation.
std::vector<std::int64_t> permutationOf(const FoldContext& context, const Node& node) {
  const auto& shape = context.shapeOf(node.input(0));
  std::vector<std::int64_t> perm = node.attributes.getInts("perm");
  if (perm.empty() && shape) {
    perm.resize(shape->rank());
    std::iota(perm.rbegin(), perm.rend(), 0);
  }
  std::vector<std::int64_t> sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (sorted[i] != static_cast<std::int64_t>(i)) return {};
  return perm;
}

}  // namespace

/// Transpose of a Transpose: one with both permutations, or none when they undo each other.
Result<bool> foldTransposePair(FoldContext& context, const Node& node) {
  if (node.opType != "Transpose" || !node.domain.empty()) return false;
  const Graph& graph = context.graph();
  const Node* before = graph.node(graph.producer(node.input(0)));
  if (before == nullptr || before->opType != "Transpose" || !before->domain.empty() || !context.isFresh(before->id)) return false;
  const std::vector<std::int64_t> first = permutationOf(context, *before), second = permutationOf(context, node);
  if (first.empty() || first.size() != second.size()) return false;
  std::vector<std::int64_t> both;
  for (const std::int64_t axis : second) both.push_back(first[static_cast<std::size_t>(axis)]);
  const ValueId from = before->input(0);
  if (std::is_sorted(both.begin(), both.end())) {
    if (!context.canBypass(node.output(0), from)) return false;
    context.bypassTo(node, from, "removed", "undoes " + displayName(graph, *before));
    return true;
  }
  // Where others read the first one too it stays, and nothing is gained.
  if (context.privateProducer(node.input(0), node.id) == nullptr) return false;
  const NodeId id = node.id;
  context.skip(id, *before, "one permutation with " + displayName(graph, node));
  context.edit.mutableNode(id).attributes.set("perm", both);
  return true;
}

}  // namespace ew::transform
