// SPDX-License-Identifier: Apache-2.0
#include "core/onnx/subgraph_proto.h"

#include <set>

#include "core/base/text.h"
#include "core/graph/graph_edit.h"
#include "core/graph/subgraphs.h"
#include "core/onnx/graph_values.h"
#include "core/onnx/model_info.h"

namespace ew::onnx {
namespace {

/// The subgraph with the names that its captured values have outside.
Graph withOuterNames(const SubgraphUse& use, const Graph& outer) {
  const Subgraph& subgraph = *use.subgraph;
  GraphEdit edit(subgraph.graph);
  std::set<std::string> outerNames, ownNames;
  std::set<ValueId> captured;
  for (std::size_t i = 0; i < use.captures.size(); ++i) {
    const ValueId inside = subgraph.graph.inputs()[subgraph.formalInputs() + i];
    edit.mutableValue(inside).name = outer.value(use.captures[i]).name;
    outerNames.insert(outer.value(use.captures[i]).name);
    captured.insert(inside);
  }
  for (std::size_t i = 0; i < subgraph.graph.valueCount(); ++i)
    if (!captured.contains(static_cast<ValueId>(i))) ownNames.insert(subgraph.graph.value(static_cast<ValueId>(i)).name);
  for (std::size_t i = 0; i < subgraph.graph.valueCount(); ++i) {
    const auto id = static_cast<ValueId>(i);
    if (subgraph.graph.value(id).id == kNone || captured.contains(id)) continue;
    std::string name = subgraph.graph.value(id).name;
    for (int suffix = 1; outerNames.contains(name); ++suffix) {
      const std::string wanted = subgraph.graph.value(id).name + "_" + std::to_string(suffix);
      if (!ownNames.contains(wanted)) name = wanted;
    }
    ownNames.insert(name);
    edit.mutableValue(id).name = std::move(name);
  }
  return edit.graph();
}

Status writeGraph(const SubgraphUse& use, const Graph& outer, NodeWriter writeNode, TensorWriter& tensors, pb::GraphProto& proto) {
  const Graph graph = withOuterNames(use, outer);
  EW_TRY(graphInfoToProto(graph, proto));
  for (const Node& node : graph.nodes())
    EW_TRY_AT(writeNode(graph, node, tensors, *proto.add_node()), "node " + inQuotes(displayName(graph, node)));
  writeValues(graph, use.subgraph->formalInputs(), tensors, proto);
  return {};
}

}  // namespace

Status writeSubgraphs(const Graph& graph, const Node& node, NodeWriter writeNode, TensorWriter& tensors, pb::NodeProto& proto) {
  for (const SubgraphUse& use : subgraphsOf(node))
    for (pb::AttributeProto& attribute : *proto.mutable_attribute())
      if (attribute.name() == use.attribute)
        EW_TRY_AT(writeGraph(use, graph, writeNode, tensors, *attribute.mutable_g()), "subgraph " + inQuotes(std::string(use.attribute)));
  return {};
}

}  // namespace ew::onnx
