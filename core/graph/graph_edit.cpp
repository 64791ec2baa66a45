// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph_edit.h"

#include <algorithm>
#include <cassert>
#include <queue>

#include "core/base/text.h"
#include "core/graph/subgraphs.h"

namespace ew {

ValueId GraphEdit::addValue(std::string name, DType dtype, std::optional<Shape> shape) {
  const auto id = static_cast<ValueId>(graph_.values_.size());
  Value value;
  value.id = id;
  value.name = std::move(name);
  value.dtype = dtype;
  value.shape = std::move(shape);
  graph_.byName_.emplace(value.name, id);
  graph_.values_.push_back(std::move(value));
  return id;
}

ValueId GraphEdit::addInitializer(std::string name, Tensor tensor) {
  const ValueId id = addValue(std::move(name));
  setInitializer(id, std::move(tensor));
  return id;
}

NodeId GraphEdit::addNode(Node node) {
  node.id = graph_.nextNode_++;
  const NodeId id = node.id;
  graph_.position_[id] = graph_.nodes_.size();
  graph_.nodes_.push_back(std::move(node));
  return id;
}

std::string GraphEdit::freshValueName(const std::string& wanted) const {
  std::string name = wanted;
  for (int suffix = 1; graph_.byName_.contains(name); ++suffix) name = wanted + "_" + std::to_string(suffix);
  return name;
}

void GraphEdit::removeNodes(const std::vector<NodeId>& ids) {
  const std::set<NodeId> gone(ids.begin(), ids.end());
  std::erase_if(graph_.nodes_, [&](const Node& node) { return gone.contains(node.id); });
  graph_.position_.clear();
  for (std::size_t i = 0; i < graph_.nodes_.size(); ++i) graph_.position_[graph_.nodes_[i].id] = i;
}

Node& GraphEdit::mutableNode(NodeId id) {
  const auto it = graph_.position_.find(id);
  assert(it != graph_.position_.end());
  return graph_.nodes_[it->second];
}

void GraphEdit::setInitializer(ValueId id, Tensor tensor) {
  Value& value = mutableValue(id);
  value.dtype = tensor.dtype();
  value.shape = tensor.shape();
  graph_.initializers_.insert_or_assign(id, std::move(tensor));
}

void GraphEdit::removeInitializer(ValueId id) { graph_.initializers_.erase(id); }

void GraphEdit::replaceUses(ValueId from, ValueId to) {
  for (Node& node : graph_.nodes_) {
    std::replace(node.inputs.begin(), node.inputs.end(), from, to);
    // What is captured by name alone is never redirected.
    const std::size_t bound = node.captures.size() - capturesByName(node).size();
    std::replace(node.captures.begin(), node.captures.begin() + static_cast<std::ptrdiff_t>(bound), from, to);
  }
  if (graph_.isOutput(from)) {
    std::replace(graph_.outputs_.begin(), graph_.outputs_.end(), from, to);
    std::swap(mutableValue(from).name, mutableValue(to).name);
    graph_.byName_[mutableValue(from).name] = from;
    graph_.byName_[mutableValue(to).name] = to;
  }
}

void GraphEdit::refresh() {
  (void)sortNodes();
  graph_.reindex();
}

std::vector<std::string> GraphEdit::removeDead() {
  graph_.reindex();
  std::set<ValueId> wanted(graph_.outputs_.begin(), graph_.outputs_.end());
  std::vector<std::string> removed;
  refresh();
  std::vector<Node> kept;
  for (std::size_t i = graph_.nodes_.size(); i-- > 0;) {
    Node& node = graph_.nodes_[i];
    const bool live = std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return wanted.contains(id); });
    if (!live) {
      removed.push_back(displayName(graph_, node));
      continue;
    }
    wanted.insert(node.inputs.begin(), node.inputs.end());
    wanted.insert(node.captures.begin(), node.captures.end());
    kept.push_back(std::move(node));
  }
  std::reverse(kept.begin(), kept.end());
  std::reverse(removed.begin(), removed.end());
  graph_.nodes_ = std::move(kept);
  graph_.reindex();
  dropUnusedValues();
  return removed;
}

Result<Graph> GraphEdit::apply() && {
  for (Node& node : graph_.nodes_)
    if (node.origin.empty()) node.origin.push_back(node.id);
  EW_TRY(sortNodes());
  dropUnusedValues();
  EW_TRY(verify(graph_));
  return std::move(graph_);
}

/// Whether each node stands behind those that it reads from; as after reindex().
bool GraphEdit::isSorted() const {
  std::vector<bool> produced(graph_.values_.size(), false);
  const auto ready = [&](ValueId id) {
    return id == kNone || produced[static_cast<std::size_t>(id)] || graph_.producer(id) == kNone;
  };
  for (const Node& node : graph_.nodes_) {
    if (!std::ranges::all_of(node.inputs, ready) || !std::ranges::all_of(node.captures, ready)) return false;
    for (const ValueId id : node.outputs)
      if (id != kNone) produced[static_cast<std::size_t>(id)] = true;
  }
  return true;
}

/// Kahn's algorithm, smallest position first, so that an order that is valid already stays as it is.
Status GraphEdit::sortNodes() {
  graph_.reindex();
  if (isSorted()) return {};
  const std::size_t count = graph_.nodes_.size();
  std::vector<std::size_t> waiting(count, 0);
  std::vector<std::vector<std::size_t>> followers(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::set<NodeId> before;
    const auto need = [&](ValueId id) {
      const NodeId from = graph_.producer(id);
      if (from != kNone) before.insert(from);
    };
    for (const ValueId id : graph_.nodes_[i].inputs) need(id);
    for (const ValueId id : graph_.nodes_[i].captures) need(id);
    waiting[i] = before.size();
    for (const NodeId from : before) followers[graph_.position_.at(from)].push_back(i);
  }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < count; ++i)
    if (waiting[i] == 0) ready.push(i);
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::size_t follower : followers[next])
      if (--waiting[follower] == 0) ready.push(follower);
  }
  if (order.size() != count) {
    const auto stuck = std::find_if(waiting.begin(), waiting.end(), [](std::size_t left) { return left > 0; });
    const Node& node = graph_.nodes_[static_cast<std::size_t>(stuck - waiting.begin())];
    return invalid("the graph has a cycle").at("node " + inQuotes(displayName(graph_, node)));
  }
  std::vector<Node> sorted;
  sorted.reserve(count);
  for (const std::size_t index : order) sorted.push_back(std::move(graph_.nodes_[index]));
  graph_.nodes_ = std::move(sorted);
  graph_.reindex();
  return {};
}

void GraphEdit::dropUnusedValues() {
  std::vector<bool> used(graph_.values_.size(), false);
  const auto use = [&](ValueId id) {
    if (id != kNone) used[static_cast<std::size_t>(id)] = true;
  };
  for (const Node& node : graph_.nodes_) {
    for (const ValueId id : node.inputs) use(id);
    for (const ValueId id : node.outputs) use(id);
    for (const ValueId id : node.captures) use(id);
  }
  for (const ValueId id : graph_.inputs_) use(id);
  for (const ValueId id : graph_.outputs_) use(id);
  std::erase_if(graph_.initializerInputs_, [&](ValueId id) { return !used[static_cast<std::size_t>(id)]; });
  bool dropped = false;
  for (Value& value : graph_.values_) {
    if (value.id == kNone || used[static_cast<std::size_t>(value.id)]) continue;
    graph_.initializers_.erase(value.id);
    value = Value{};
    dropped = true;
  }
  if (dropped) graph_.reindex();
}

}  // namespace ew
