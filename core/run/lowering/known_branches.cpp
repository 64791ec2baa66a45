// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/known_branches.h"

#include <algorithm>
#include <map>
#include <optional>

#include "core/graph/subgraphs.h"

namespace ew::lowering {
namespace {

std::optional<bool> conditionOf(const Graph& graph, const Node& node) {
  const Tensor* tensor = graph.initializer(node.input(0));
  if (tensor == nullptr || tensor->dtype() != DType::boolean || tensor->size() != 1) return std::nullopt;
  return tensor->data<bool>()[0];
}

/// Puts the nodes of one branch into the graph around it.
class Branch {
 public:
  Branch(GraphEdit& edit, Node owner, const SubgraphUse& use) : edit_(edit), owner_(std::move(owner)), inner_(use.subgraph->graph) {
    for (std::size_t i = 0; i < use.captures.size(); ++i) outer_[inner_.inputs()[i]] = use.captures[i];
  }

  void add() {
    for (const auto& [id, tensor] : inner_.initializers()) outer_[id] = edit_.addInitializer(edit_.freshValueName(inner_.value(id).name), tensor);
    std::vector<std::size_t> copied;
    for (std::size_t i = 0; i < inner_.outputs().size(); ++i) {
      if (owner_.output(i) == kNone) continue;
      // What the branch only passes on, or gives out twice, has another producer than the If.
      if (!outer_.emplace(inner_.outputs()[i], owner_.output(i)).second) copied.push_back(i);
    }
    for (const Node& node : inner_.nodes()) edit_.addNode(moved(node));
    for (const std::size_t i : copied) {
      Node identity;
      identity.opType = "Identity";
      identity.inputs = {outer_.at(inner_.outputs()[i])};
      identity.outputs = {owner_.output(i)};
      identity.origin = owner_.origin;
      edit_.addNode(std::move(identity));
    }
  }

 private:
  Node moved(Node node) {
    for (auto* ids : {&node.inputs, &node.outputs, &node.captures})
      for (ValueId& id : *ids) id = outside(id);
    node.origin = owner_.origin;
    return node;
  }

  ValueId outside(ValueId id) {
    if (id == kNone) return kNone;
    const auto known = outer_.find(id);
    if (known != outer_.end()) return known->second;
    const Value& value = inner_.value(id);
    return outer_[id] = edit_.addValue(edit_.freshValueName(value.name), value.dtype, value.shape);
  }

  GraphEdit& edit_;
  const Node owner_;
  const Graph& inner_;
  std::map<ValueId, ValueId> outer_;  ///< by value of the branch
};

}  // namespace

bool inlineKnownBranches(GraphEdit& edit, const std::function<void(const Node& node, bool condition)>& onTaken) {
  bool taken = false;
  std::vector<Node> known;  // copies: they keep the branches alive
  for (const Node& node : edit.graph().nodes())
    if (node.opType == "If" && node.domain.empty() && capturesByName(node).empty() && conditionOf(edit.graph(), node)) known.push_back(node);
  for (const Node& node : known) {
    const bool condition = *conditionOf(edit.graph(), node);
    const auto uses = subgraphsOf(node);
    const auto use = std::find_if(uses.begin(), uses.end(), [&](const SubgraphUse& each) { return each.attribute == (condition ? "then_branch" : "else_branch"); });
    if (use == uses.end() || use->subgraph->formalInputs() != 0 || use->subgraph->graph.outputs().size() < node.outputs.size()) continue;
    taken = true;
    onTaken(node, condition);
    edit.removeNode(node.id);
    Branch(edit, node, *use).add();
  }
  if (taken) edit.refresh();
  return taken;
}

}  // namespace ew::lowering
