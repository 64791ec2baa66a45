// SPDX-License-Identifier: Apache-2.0
#include "core/run/plan.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/graph/subgraphs.h"
#include "core/ops/infer.h"
#include "core/run/reference_backend.h"
#include "core/run/values.h"

namespace ew {
namespace {

std::uint64_t activationBytes(const Graph& graph, const Node& node) {
  std::uint64_t bytes = 0;
  for (const ValueId id : node.inputs)
    if (graph.initializer(id) == nullptr) bytes += valueBytes(graph, id);
  for (const ValueId id : node.outputs) bytes += valueBytes(graph, id);
  return bytes;
}

bool isTensor(const Graph& graph, ValueId id) {
  if (id == kNone) return true;
  const DType type = graph.value(id).dtype;
  return type != DType::none && type != DType::sequence && type != DType::optional;
}

/// Why the reference code runs the node whatever the backends take: it runs graphs of its own, or handles values that
/// are no tensors or whose type is not known before running.
std::optional<Reason> onlyReference(const Graph& graph, const Node& node) {
  if (hasSubgraphs(node)) return Reason{ReasonCode::Subgraph, node.opType};
  const auto isOther = [&](ValueId id) { return !isTensor(graph, id); };
  if (std::ranges::any_of(node.inputs, isOther) || std::ranges::any_of(node.outputs, isOther))
    return Reason{ReasonCode::TypeNotSupported, "a sequence, an optional or an unknown type"};
  return std::nullopt;
}

/// Gives the node to the first that takes it; Unsupported when nobody does.
Status assign(const Node& node, const Backend& wanted, const Backend& fallback, const Backend& reference, Plan& plan) {
  std::optional<Reason> reason = onlyReference(plan.graph, node);
  const Backend* chosen = reason ? &reference : &wanted;
  if (!reason) {
    reason = wanted.refusal(plan.graph, node);
    if (reason) chosen = &fallback;
  }
  if (reason && chosen->id() != wanted.id()) {
    if (const auto again = chosen->refusal(plan.graph, node))
      return unsupported(again->text()).at("node " + inQuotes(displayName(plan.graph, node)) + " (" + node.opType + ")");
    plan.fallbacks.push_back({node.id, chosen->id(), *reason, activationBytes(plan.graph, node)});
  }
  if (plan.segments.empty() || plan.segments.back().backend != chosen->id()) plan.segments.push_back({chosen->id(), {}});
  plan.segments.back().nodes.push_back(node.id);
  return {};
}

}  // namespace

Result<Plan> makePlan(const Graph& graph, const Backend& wanted, const Backend& fallback, const CompileOptions& options) {
  Plan plan;
  if (wanted.runsIntegers()) {
    const auto takes = [&](const Graph& in, const Node& node) { return !wanted.refusal(in, node); };
    EW_ASSIGN(const Graph lowered, lower(graph, options, takes, &plan.decisions));
    EW_ASSIGN(ops::Inference inference, ops::inferShapes(lowered));
    plan.graph = std::move(inference.graph);
  } else {
    plan.graph = graph;
  }
  const std::shared_ptr<const Backend> reference = makeReferenceBackend();
  for (const Node& node : plan.graph.nodes()) EW_TRY(assign(node, wanted, fallback, *reference, plan));
  return plan;
}

}  // namespace ew
