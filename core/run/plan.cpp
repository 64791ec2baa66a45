// SPDX-License-Identifier: Apache-2.0
#include "core/run/plan.h"

#include "core/base/text.h"
#include "core/ops/infer.h"
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

}  // namespace

Result<Plan> makePlan(const Graph& graph, const Backend& wanted, const Backend& fallback, const CompileOptions& options) {
  Plan plan;
  if (wanted.runsIntegers()) {
    EW_ASSIGN(Graph lowered, lowerQuantized(graph, options));
    EW_ASSIGN(ops::Inference inference, ops::inferShapes(lowered));
    plan.graph = std::move(inference.graph);
  } else {
    plan.graph = graph;
  }
  for (const Node& node : plan.graph.nodes()) {
    const Backend* chosen = &wanted;
    if (const auto reason = wanted.refusal(plan.graph, node)) {
      if (const auto again = fallback.refusal(plan.graph, node))
        return unsupported(again->text()).at("node " + inQuotes(displayName(plan.graph, node)) + " (" + node.opType + ")");
      chosen = &fallback;
      plan.fallbacks.push_back({node.id, fallback.id(), *reason, activationBytes(plan.graph, node)});
    }
    if (plan.segments.empty() || plan.segments.back().backend != chosen->id()) plan.segments.push_back({chosen->id(), {}});
    plan.segments.back().nodes.push_back(node.id);
  }
  return plan;
}

}  // namespace ew
