// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/constants.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/ops/op.h"

namespace ew::vulkan {

bool isFoldable(const Graph& graph, const Node& node) {
  if (!node.captures.empty()) return false;
  const ops::Lookup found = ops::findOp(graph, node);
  if (found.def == nullptr || !found.def->deterministic) return false;
  return std::ranges::all_of(node.inputs, [&](ValueId id) { return id == kNone || graph.initializer(id) != nullptr; });
}

Result<std::map<ValueId, Tensor>> foldConstants(const Graph& graph, Progress& progress) {
  std::map<ValueId, Tensor> out;
  for (const Node& node : graph.nodes()) {
    if (!isFoldable(graph, node)) continue;
    if (progress.cancelled()) return cancelledError();
    ops::ComputeContext context{node, graph.opset(node.domain), {}, {}};
    context.outputs.resize(node.outputs.size());
    for (const ValueId id : node.inputs) context.inputs.push_back(id == kNone ? Tensor() : *graph.initializer(id));
    EW_TRY_AT(ops::runCompute(*ops::findOp(graph, node).def, context), "node " + inQuotes(displayName(graph, node)));
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) out[node.outputs[i]] = context.outputs[i];
  }
  return out;
}

}  // namespace ew::vulkan
