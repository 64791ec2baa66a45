// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/fusion.h"

#include <algorithm>
#include <map>
#include <set>

#include "accel/vulkan/constants.h"

namespace ew::vulkan {
namespace {

class Fuser {
 public:
  Fuser(const Graph& graph, const CompileOptions& options) : graph_(graph), options_(options) {
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) position_[graph.nodes()[i].id] = i;
  }

  std::vector<Group> groups() {
    std::vector<Group> out;
    for (const Node& node : graph_.nodes()) {
      if (taken_.contains(node.id) || isFoldable(graph_, node)) continue;
      Group group;
      group.anchor = &node;
      taken_.insert(node.id);
      if (node.domain.empty() && node.output(0) != kNone && graph_.value(node.output(0)).dtype == DType::f32) grow(group);
      out.push_back(std::move(group));
    }
    // A group runs where its last node stood: all that it reads has been made by then.
    std::stable_sort(out.begin(), out.end(), [&](const Group& a, const Group& b) { return lastPosition(a) < lastPosition(b); });
    return out;
  }

 private:
  void grow(Group& group) {
    const std::string& op = group.anchor->opType;
    if (op == "Conv") {
      addBatchNorm(group);
      addResidual(group);
    } else if (op != "Gemm" && op != "MatMul" && op != "BatchNormalization") {
      return;
    }
    addActivation(group);
  }

  void addBatchNorm(Group& group) {
    const Node* next = onlyReader(group.output());
    if (next == nullptr || next->opType != "BatchNormalization" || next->input(0) != group.output()) return;
    group.batchNorm = next;
    take(group, *next);
  }

  void addResidual(Group& group) {
    const Node* next = onlyReader(group.output());
    if (next == nullptr || next->opType != "Add" || !next->domain.empty()) return;
    const ValueId other = next->input(0) == group.output() ? next->input(1) : next->input(0);
    if (graph_.initializer(other) != nullptr || graph_.value(other).shape != graph_.value(group.output()).shape) return;
    group.residual = other;
    take(group, *next);
  }

  void addActivation(Group& group) {
    const Node* next = onlyReader(group.output());
    if (next == nullptr || next->input(0) != group.output()) return;
    const std::optional<Activation> activation = activationOf(graph_, *next);
    if (!activation) return;
    group.activation = *activation;
    take(group, *next);
  }

  void take(Group& group, const Node& node) {
    group.fused.push_back(&node);
    taken_.insert(node.id);
  }

  /// The one node that reads a value which nobody else sees; nullptr otherwise.
  const Node* onlyReader(ValueId id) const {
    if (graph_.isOutput(id) || options_.observeAll || options_.observe.contains(id)) return nullptr;
    const std::vector<NodeId> readers = graph_.consumers(id);
    if (readers.size() != 1 || taken_.contains(readers[0])) return nullptr;
    const Node* node = graph_.node(readers[0]);
    return std::ranges::count(node->inputs, id) == 1 ? node : nullptr;
  }

  std::size_t lastPosition(const Group& group) const {
    std::size_t last = position_.at(group.anchor->id);
    for (const Node* node : group.fused) last = std::max(last, position_.at(node->id));
    return last;
  }

  const Graph& graph_;
  const CompileOptions& options_;
  std::map<NodeId, std::size_t> position_;
  std::set<NodeId> taken_;
};

}  // namespace

std::vector<Group> fuse(const Graph& graph, const CompileOptions& options) { return Fuser(graph, options).groups(); }

}  // namespace ew::vulkan
