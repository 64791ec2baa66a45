// SPDX-License-Identifier: Apache-2.0
#include "core/transform/fold/rule.h"

namespace ew::transform {

bool FoldContext::beginSweep() {
  if (!first_ && touched_.empty()) return false;
  first_ = false;
  edit.removeNodes(retired_);
  edit.refresh();
  retired_.clear();
  touched_.clear();
  captured_.clear();
  for (const Node& node : graph().nodes()) captured_.insert(node.captures.begin(), node.captures.end());
  return true;
}

void FoldContext::touchAround(ValueId id) {
  if (id == kNone) return;
  if (const NodeId from = graph().producer(id); from != kNone) touched_.insert(from);
  for (const NodeId reader : graph().consumers(id)) touched_.insert(reader);
}

const Node* FoldContext::privateProducer(ValueId id, NodeId reader) const {
  if (id == kNone || graph().isOutput(id)) return nullptr;
  const Node* producer = graph().node(graph().producer(id));
  if (producer == nullptr || !isFresh(producer->id)) return nullptr;
  const std::vector<NodeId> readers = graph().consumers(id);
  return readers.size() == 1 && readers.front() == reader ? producer : nullptr;
}

bool FoldContext::canBypass(ValueId from, ValueId to) const {
  // A subgraph names what it captures in its own bytes, so a captured value keeps its name and its producer.
  if (from == kNone || to == kNone || isCaptured(from)) return false;
  if (!graph().isOutput(from)) return true;
  return !isCaptured(to) && !graph().isOutput(to) && graph().producer(to) != kNone;
}

void FoldContext::bypass(const Node& node, std::string_view what) {
  const ValueId in = node.input(0), out = node.output(0);
  const NodeId id = node.id;
  verdicts.push_back(done(graph(), node, "removed", std::string(what)));
  touchAround(in);
  touchAround(out);
  // The producer does not take the origin over: it computes what it did before.
  edit.replaceUses(out, in);
  retire(id);
}

void FoldContext::absorb(NodeId first, const Node& last, std::string what) {
  verdicts.push_back(done(graph(), last, "folded", std::move(what)));
  const NodeId id = last.id;
  const ValueId out = last.output(0);
  touchAround(out);
  Node& kept = edit.mutableNode(first);
  for (const ValueId in : kept.inputs) touchAround(in);
  touchAround(kept.output(0));
  mergeOrigin(kept, last);
  kept.outputs[0] = out;
  Node& gone = edit.mutableNode(id);
  gone.outputs.clear();
  gone.inputs.clear();
  retire(id);
}

}  // namespace ew::transform
