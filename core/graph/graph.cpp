// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/graph/subgraphs.h"

namespace ew {

const Node* Graph::node(NodeId id) const {
  const auto it = position_.find(id);
  return it == position_.end() ? nullptr : &nodes_[it->second];
}

const Node* Graph::nodeNamed(const std::string& name) const {
  for (const Node& node : nodes_)
    if (displayName(*this, node) == name) return &node;
  return nullptr;
}

ValueId Graph::valueNamed(const std::string& name) const {
  const auto it = byName_.find(name);
  return it == byName_.end() ? kNone : it->second;
}

const Tensor* Graph::initializer(ValueId id) const {
  const auto it = initializers_.find(id);
  return it == initializers_.end() ? nullptr : &it->second;
}

bool Graph::isInput(ValueId id) const { return std::find(inputs_.begin(), inputs_.end(), id) != inputs_.end(); }
bool Graph::isOutput(ValueId id) const { return std::find(outputs_.begin(), outputs_.end(), id) != outputs_.end(); }

NodeId Graph::producer(ValueId id) const {
  return id < 0 || static_cast<std::size_t>(id) >= producer_.size() ? kNone : producer_[static_cast<std::size_t>(id)];
}

std::vector<NodeId> Graph::consumers(ValueId id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= consumers_.size()) return {};
  return consumers_[static_cast<std::size_t>(id)];
}

std::int64_t Graph::opset(const std::string& domain) const {
  const auto it = info_.opsets.find(domain == "ai.onnx" ? "" : domain);
  return it == info_.opsets.end() ? 0 : it->second;
}

void Graph::reindex() {
  position_.clear();
  byName_.clear();
  producer_.assign(values_.size(), kNone);
  consumers_.assign(values_.size(), {});
  position_.reserve(nodes_.size());
  byName_.reserve(values_.size());
  for (const Value& value : values_)
    if (value.id != kNone) byName_.emplace(value.name, value.id);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    position_[node.id] = i;
    for (const ValueId id : node.outputs)
      if (id != kNone) producer_[static_cast<std::size_t>(id)] = node.id;
    const auto addUse = [&](ValueId id) {
      if (id == kNone) return;
      auto& users = consumers_[static_cast<std::size_t>(id)];
      if (users.empty() || users.back() != node.id) users.push_back(node.id);
    };
    for (const ValueId id : node.inputs) addUse(id);
    for (const ValueId id : node.captures) addUse(id);
  }
}

std::string displayName(const Graph& graph, const Node& node) {
  if (!node.name.empty()) return node.name;
  for (const ValueId id : node.outputs)
    if (id != kNone) return node.opType + "_of_" + graph.value(id).name;
  return node.opType + "_" + std::to_string(node.id);
}

namespace {

/// As many captured values as the subgraphs take, and subgraphs that are right themselves.
Status verifySubgraphs(const Node& node) {
  std::size_t wanted = 0;
  for (const auto& [name, value] : node.attributes.all()) {
    const auto* subgraph = std::get_if<SubgraphPtr>(&value);
    if (subgraph == nullptr) continue;
    const std::string place = "subgraph " + inQuotes(name);
    if (*subgraph == nullptr) return internalError("there is none").at(place);
    if ((*subgraph)->captures > (*subgraph)->graph.inputs().size())
      return internalError("captures more values than it has inputs").at(place);
    EW_TRY_AT(verify((*subgraph)->graph), place);
    wanted += (*subgraph)->captures;
  }
  if (wanted > node.captures.size()) return internalError("captured values are missing");
  return {};
}

bool inRange(const Graph& graph, ValueId id) {
  return id >= 0 && static_cast<std::size_t>(id) < graph.valueCount() && graph.value(id).id == id;
}

Status verifyNode(const Graph& graph, const Node& node, std::vector<bool>& defined) {
  EW_TRY(verifySubgraphs(node));
  for (const std::vector<ValueId>* reads : {&node.inputs, &node.captures})
    for (const ValueId id : *reads) {
      if (id == kNone) continue;
      if (!inRange(graph, id)) return internalError("input refers to a removed value");
      if (!defined[static_cast<std::size_t>(id)])
        return invalid("input " + inQuotes(graph.value(id).name) + " is produced by nothing before it");
    }
  for (const ValueId id : node.outputs) {
    if (id == kNone) continue;
    if (!inRange(graph, id)) return internalError("output refers to a removed value");
    if (defined[static_cast<std::size_t>(id)])
      return invalid("output " + inQuotes(graph.value(id).name) + " is defined twice");
    defined[static_cast<std::size_t>(id)] = true;
  }
  return {};
}

}  // namespace

Status verify(const Graph& graph) {
  std::vector<bool> defined(graph.valueCount(), false);
  for (const ValueId id : graph.inputs()) {
    if (!inRange(graph, id)) return internalError("graph input has no value");
    defined[static_cast<std::size_t>(id)] = true;
  }
  for (const auto& [id, tensor] : graph.initializers()) {
    if (!inRange(graph, id)) return internalError("initializer has no value");
    defined[static_cast<std::size_t>(id)] = true;
  }
  for (const Node& node : graph.nodes())
    EW_TRY_AT(verifyNode(graph, node, defined), "node " + inQuotes(displayName(graph, node)));
  for (const ValueId id : graph.outputs()) {
    if (!inRange(graph, id)) return internalError("graph output has no value");
    if (!defined[static_cast<std::size_t>(id)])
      return invalid("graph output " + inQuotes(graph.value(id).name) + " is produced by nothing");
  }
  return {};
}

}  // namespace ew
