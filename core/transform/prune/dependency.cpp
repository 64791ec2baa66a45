// SPDX-License-Identifier: Apache-2.0
#include <unordered_map>

#include "core/transform/prune/channel_graph.h"

namespace ew::transform {

ChannelGraph buildChannelGraph(const Graph& graph) {
  std::unordered_map<std::string_view, void (*)(ChannelGraph&, const Node&)> rules;
  for (const DependencyRule& rule : dependencyRules()) rules.emplace(rule.op, rule.apply);
  ChannelGraph channels(graph);
  for (const Node& node : graph.nodes()) {
    const auto rule = rules.find(node.opType);
    // An operator that no rule knows keeps all its channels.
    if (rule == rules.end() || !(node.domain.empty() || node.domain == "ai.onnx")) channels.freezeInputs(node, cannotShrink(node));
    else rule->second(channels, node);
  }
  channels.finish();
  return channels;
}

}  // namespace ew::transform
