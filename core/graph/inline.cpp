// SPDX-License-Identifier: Apache-2.0
#include "core/graph/inline.h"

#include <algorithm>
#include <set>

namespace ew {
namespace {

class Inliner {
 public:
  Inliner(GraphEdit& edit, const Node& call, const Graph& body)
      : edit_(edit), call_(call), body_(body), prefix_(displayName(edit.graph(), call) + "/"), values_(body.valueCount(), kNone) {}

  void run() {
    std::size_t given = 0;
    for (const ValueId id : call_.inputs)
      if (id != kNone && given < body_.inputs().size()) at(body_.inputs()[given++]) = id;
    nameOutputs();
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const Value& value = body_.value(static_cast<ValueId>(i));
      if (value.id == kNone || values_[i] != kNone) continue;
      values_[i] = edit_.addValue(edit_.freshValueName(prefix_ + value.name), value.dtype, value.shape);
      if (const Tensor* constant = body_.initializer(value.id)) edit_.setInitializer(values_[i], *constant);
    }
    for (const Node& node : body_.nodes()) add(node);
    for (const auto& [from, to] : copies_) {
      Node copy;
      copy.name = prefix_ + "Identity_of_" + body_.value(from).name;
      copy.opType = "Identity";
      copy.inputs = {at(from)};
      copy.outputs = {to};
      copy.origin = origin();
      edit_.addNode(std::move(copy));
    }
  }

 private:
  ValueId& at(ValueId id) { return values_[static_cast<std::size_t>(id)]; }
  std::vector<NodeId> origin() const { return call_.origin.empty() ? std::vector<NodeId>{call_.id} : call_.origin; }

  /// What the body computes for one output of the call has its value; what it gives out otherwise is copied.
  void nameOutputs() {
    std::set<ValueId> named;
    for (std::size_t i = 0; i < call_.outputs.size() && i < body_.outputs().size(); ++i) {
      const ValueId from = body_.outputs()[i], to = call_.outputs[i];
      if (to == kNone) continue;
      if (body_.producer(from) != kNone && named.insert(from).second) at(from) = to;
      else copies_.emplace_back(from, to);
    }
  }

  void add(const Node& node) {
    Node copy = node;
    copy.name = prefix_ + displayName(body_, node);
    copy.origin = origin();
    for (std::vector<ValueId>* ids : {&copy.inputs, &copy.outputs, &copy.captures})
      for (ValueId& id : *ids)
        if (id != kNone) id = at(id);
    edit_.addNode(std::move(copy));
  }

  GraphEdit& edit_;
  const Node call_;
  const Graph& body_;
  const std::string prefix_;
  std::vector<ValueId> values_;  ///< by value of the body
  std::vector<std::pair<ValueId, ValueId>> copies_;
};

}  // namespace

void inlineBody(GraphEdit& edit, NodeId call, const Graph& body) {
  Inliner(edit, edit.mutableNode(call), body).run();
}

}  // namespace ew
