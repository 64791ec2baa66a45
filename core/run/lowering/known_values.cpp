// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/known_values.h"

#include <algorithm>

namespace ew::lowering {
namespace {

/// Nodes whose outputs nobody reads or looks at, back to front, so that what fed only them goes too.
std::vector<NodeId> unreadNodes(const Graph& graph, const CompileOptions& options) {
  std::set<ValueId> wanted(graph.outputs().begin(), graph.outputs().end());
  wanted.insert(options.observe.begin(), options.observe.end());
  std::vector<NodeId> unread;
  for (auto node = graph.nodes().rbegin(); node != graph.nodes().rend(); ++node) {
    if (std::none_of(node->outputs.begin(), node->outputs.end(), [&](ValueId id) { return id != kNone && wanted.contains(id); })) {
      unread.push_back(node->id);
      continue;
    }
    wanted.insert(node->inputs.begin(), node->inputs.end());
    wanted.insert(node->captures.begin(), node->captures.end());
  }
  return unread;
}

}  // namespace

Result<ops::Inference> inferFromInputs(const Graph& graph) {
  GraphEdit bare(graph);
  for (const Node& node : graph.nodes())
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      bare.mutableValue(id).shape.reset();
      bare.mutableValue(id).dtype = DType::none;
    }
  return ops::inferShapes(bare.graph());
}

Status useKnownValues(GraphEdit& edit, const ops::Inference& facts, const CompileOptions& options) {
  if (options.observeAll) return {};
  std::vector<NodeId> known;
  for (const Node& node : edit.graph().nodes()) {
    const auto isKnown = [&](ValueId id) {
      return id == kNone || (facts.constants.contains(id) && !isFloat(facts.constants.at(id).dtype()) &&
                             !options.observe.contains(id) && !edit.graph().isOutput(id));
    };
    if (!node.outputs.empty() && std::all_of(node.outputs.begin(), node.outputs.end(), isKnown)) known.push_back(node.id);
  }
  if (known.empty()) return {};
  for (const NodeId id : known)
    for (const ValueId out : edit.graph().node(id)->outputs)
      if (out != kNone) edit.setInitializer(out, facts.constants.at(out));
  edit.removeNodes(known);
  edit.refresh();
  edit.removeNodes(unreadNodes(edit.graph(), options));
  edit.refresh();
  return {};
}

}  // namespace ew::lowering
