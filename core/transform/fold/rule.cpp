// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/rule.h"

#include <algorithm>

#include "core/graph/subgraphs.h"

namespace ew::transform {

bool FoldContext::beginSweep() {
  if (!first_ && touched_.empty()) return false;
  first_ = false;
  edit.removeNodes(retired_);
  edit.refresh();
  retired_.clear();
  touched_.clear();
  byName_.clear();
  for (const Node& node : graph().nodes()) {
    const auto names = capturesByName(node);
    byName_.insert(names.begin(), names.end());
  }
  return true;
}

void FoldContext::touchAround(ValueId id) {
  if (id == kNone) return;
  if (const NodeId from = graph().producer(id); from != kNone) touched_.insert(from);
  for (const NodeId reader : graph().consumers(id)) touched_.insert(reader);
}

const std::optional<Shape>& FoldContext::shapeOf(ValueId id) const {
  static const std::optional<Shape> unknown;
  if (id == kNone) return unknown;
  if (graph().initializer(id) != nullptr) return graph().value(id).shape;
  return static_cast<std::size_t>(id) < facts_.valueCount() ? facts_.value(id).shape : unknown;
}

DType FoldContext::typeOf(ValueId id) const {
  if (id == kNone) return DType::none;
  if (graph().initializer(id) != nullptr) return graph().value(id).dtype;
  return static_cast<std::size_t>(id) < facts_.valueCount() ? facts_.value(id).dtype : DType::none;
}

bool FoldContext::sameShape(ValueId a, ValueId b) const {
  const auto &x = shapeOf(a), &y = shapeOf(b);
  if (!x || !y || !(*x == *y)) return false;
  return std::all_of(x->dims().begin(), x->dims().end(), [](const Dim& dim) { return dim.known() || !dim.symbol.empty(); });
}

const Node* FoldContext::onlyReader(ValueId id) const {
  if (id == kNone || graph().isOutput(id)) return nullptr;
  const std::vector<NodeId> readers = graph().consumers(id);
  const Node* reader = readers.size() == 1 ? graph().node(readers.front()) : nullptr;
  return reader != nullptr && isFresh(reader->id) ? reader : nullptr;
}

const Node* FoldContext::privateProducer(ValueId id, NodeId reader) const {
  const Node* only = onlyReader(id);
  if (only == nullptr || only->id != reader) return nullptr;
  const Node* producer = graph().node(graph().producer(id));
  return producer != nullptr && isFresh(producer->id) ? producer : nullptr;
}

bool FoldContext::canBypass(ValueId from, ValueId to) const {
  // A subgraph that is only bytes names what it captures, so such a value keeps its name and its producer.
  if (from == kNone || to == kNone || byName_.contains(from)) return false;
  if (!graph().isOutput(from)) return true;
  return !byName_.contains(to) && !graph().isOutput(to) && graph().producer(to) != kNone;
}

void FoldContext::bypass(const Node& node, std::string_view what) { bypassTo(node, node.input(0), "removed", what); }

void FoldContext::bypassTo(const Node& node, ValueId same, std::string_view verdict, std::string_view what) {
  const ValueId out = node.output(0);
  retire(node, verdict, std::string(what));
  touchAround(same);
  touchAround(out);
  // The producer does not take the origin over: it computes what it did before.
  edit.replaceUses(out, same);
}

void FoldContext::absorb(NodeId first, const Node& last, std::string what) {
  const NodeId id = last.id;
  const ValueId out = last.output(0);
  touchAround(out);
  Node& kept = edit.mutableNode(first);
  for (const ValueId in : kept.inputs) touchAround(in);
  touchAround(kept.output(0));
  mergeOrigin(kept, last);
  retire(last, "folded", std::move(what));
  edit.mutableNode(first).outputs[0] = out;
  edit.mutableNode(id).outputs.clear();
}

void FoldContext::skip(NodeId id, const Node& between, std::string what) {
  const ValueId from = between.input(0), middle = between.output(0);
  touchAround(from);
  touchAround(middle);
  Node& node = edit.mutableNode(id);
  touchAround(node.output(0));
  mergeOrigin(node, between);
  std::replace(node.inputs.begin(), node.inputs.end(), middle, from);
  if (graph().consumers(middle).size() == 1 && !graph().isOutput(middle)) retire(between, "folded", std::move(what));
}

void FoldContext::retire(const Node& node, std::string_view verdict, std::string what) {
  const NodeId id = node.id;
  verdicts.push_back(done(graph(), node, std::string(verdict), std::move(what)));
  for (const ValueId in : node.inputs) touchAround(in);
  touched_.insert(id);
  edit.mutableNode(id).inputs.clear();
  retired_.push_back(id);
}

}  // namespace ew::transform
