// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "core/graph/graph_edit.h"
#include "core/run/plan.h"

namespace ew {
namespace {

/// Values that some node outside `inside` reads, or that the model gives out.
std::vector<ValueId> valuesReadOutside(const Graph& graph, const std::set<NodeId>& inside) {
  std::vector<ValueId> out;
  for (const Node& node : graph.nodes()) {
    if (!inside.contains(node.id)) continue;
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      const std::vector<NodeId> users = graph.consumers(id);
      const bool leaves = std::any_of(users.begin(), users.end(), [&](NodeId user) { return !inside.contains(user); });
      if (leaves || graph.isOutput(id)) out.push_back(id);
    }
  }
  return out;
}

std::vector<ValueId> valuesReadFromOutside(const Graph& graph, const std::set<NodeId>& inside) {
  std::vector<ValueId> out;
  for (const Node& node : graph.nodes()) {
    if (!inside.contains(node.id)) continue;
    std::vector<ValueId> reads = node.inputs;
    reads.insert(reads.end(), node.captures.begin(), node.captures.end());
    for (const ValueId id : reads) {
      if (id == kNone || graph.initializer(id) != nullptr || inside.contains(graph.producer(id))) continue;
      if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
    }
  }
  return out;
}

/// `wanted` where it lists the same values once each: whoever runs the whole graph then takes and gives what it does.
std::vector<ValueId> inOrderOf(const std::vector<ValueId>& wanted, std::vector<ValueId> ids) {
  return wanted.size() == ids.size() && std::is_permutation(wanted.begin(), wanted.end(), ids.begin()) ? wanted : ids;
}

}  // namespace

Result<Graph> extract(const Graph& graph, const std::vector<NodeId>& nodes) {
  const std::set<NodeId> inside(nodes.begin(), nodes.end());
  const std::vector<ValueId> inputs = inOrderOf(graph.inputs(), valuesReadFromOutside(graph, inside));
  const std::vector<ValueId> outputs = inOrderOf(graph.outputs(), valuesReadOutside(graph, inside));
  const bool isWhole = inside.size() == graph.nodes().size() && inputs == graph.inputs() && outputs == graph.outputs();
  if (isWhole && graph.initializerInputs().empty()) return graph;
  GraphEdit edit(graph);
  edit.setInputs(inputs);
  edit.setOutputs(outputs);
  edit.setInitializerInputs({});
  std::vector<NodeId> outside;
  for (const Node& node : graph.nodes())
    if (!inside.contains(node.id)) outside.push_back(node.id);
  edit.removeNodes(outside);
  return std::move(edit).apply();
}

}  // namespace ew
