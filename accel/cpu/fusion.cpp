// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/fusion.h"

#include <algorithm>
#include <map>
#include <set>

namespace ew::cpu {
namespace {

constexpr std::size_t mostPostOps = 4;

class Fuser {
 public:
  Fuser(const Graph& graph, const CompileOptions& options) : graph_(graph), options_(options) {
    for (std::size_t i = 0; i < graph.nodes().size(); ++i) position_[graph.nodes()[i].id] = i;
  }

  std::vector<Group> groups() {
    std::vector<Group> out;
    for (const Node& node : graph_.nodes()) {
      if (taken_.contains(node.id)) continue;
      Group group;
      group.anchor = &node;
      taken_.insert(node.id);
      if (isLayer(node)) grow(group);
      else if (node.opType == "Equal" && node.domain.empty()) addCast(group);
      else addIntegerSum(group);
      out.push_back(std::move(group));
    }
    // A group runs where its last node stood: all that it reads has been made by then.
    std::stable_sort(out.begin(), out.end(), [&](const Group& a, const Group& b) { return lastPosition(a) < lastPosition(b); });
    return out;
  }

 private:
  bool isLayer(const Node& node) const {
    if (!node.domain.empty() || node.output(0) == kNone || graph_.value(node.output(0)).dtype != DType::f32) return false;
    if (!staticShape(node.output(0))) return false;
    if (node.opType == "MatMul") return graph_.initializer(node.input(1)) != nullptr;
    return node.opType == "Conv" || node.opType == "ConvTranspose" || node.opType == "Gemm";
  }

  /// A comparison whose result only counts: truth values are never written.
  void addCast(Group& group) {
    const Node* next = onlyReader(group.output());
    if (next == nullptr || next->opType != "Cast" || !next->domain.empty() || taken_.contains(next->id)) return;
    if (graph_.value(next->output(0)).dtype == DType::f32 && staticShape(next->output(0))) take(group, *next);
  }

  void grow(Group& group) {
    while (group.postOps.size() < mostPostOps) {
      if (addSwish(group)) continue;
      const Node* next = onlyReader(group.output());
      if (next == nullptr || taken_.contains(next->id)) return;
      if (!addBatchNorm(group, *next) && !addBias(group, *next) && !addEltwise(group, *next) && !addResidual(group, *next)) return;
    }
  }

  bool addBatchNorm(Group& group, const Node& node) {
    if (node.opType != "BatchNormalization" || group.anchor->opType != "Conv" || group.batchNorm != nullptr || group.bias != kNone ||
        !group.postOps.empty() || node.outputs.size() != 1 || node.attributes.getInt("training_mode", 0) != 0)
      return false;
    if (graph_.initializer(group.anchor->input(1)) == nullptr || !constantOrAbsent(group.anchor->input(2))) return false;
    for (std::size_t i = 1; i < 5; ++i)
      if (const Tensor* t = graph_.initializer(node.input(i)); t == nullptr || t->dtype() != DType::f32) return false;
    group.batchNorm = &node;
    take(group, node);
    return true;
  }

  /// Add of a constant with one element a channel (convolution) or column (product).
  bool addBias(Group& group, const Node& node) {
    if (node.opType != "Add" || group.bias != kNone || !group.postOps.empty() || group.batchNorm != nullptr) return false;
    const std::string& op = group.anchor->opType;
    if (!(op == "Conv" || op == "MatMul") || group.anchor->input(2) != kNone) return false;
    const ValueId other = otherInput(node, group.output());
    const Tensor* constant = graph_.initializer(other);
    if (constant == nullptr || constant->dtype() != DType::f32) return false;
    const Dims out = *graph_.value(group.output()).shape->concrete();
    if (out.size() < 2 || constant->rank() > out.size()) return false;
    const std::size_t axis = op == "Conv" ? 1 : out.size() - 1;
    if (constant->size() != out[axis]) return false;
    // All of its elements lie on that axis.
    const std::size_t fromRight = out.size() - axis;
    if (constant->rank() < fromRight || constant->dim(constant->rank() - fromRight) != out[axis]) return false;
    group.bias = other;
    take(group, node);
    return true;
  }

  bool addEltwise(Group& group, const Node& node) {
    const std::vector<Eltwise> functions = eltwiseOf(graph_, node);
    if (functions.empty() || node.input(0) != group.output()) return false;
    for (const Eltwise& function : functions) group.postOps.push_back({function, kNone});
    take(group, node);
    return true;
  }

  bool addResidual(Group& group, const Node& node) {
    if (node.opType != "Add" || !node.domain.empty()) return false;
    const bool one = std::any_of(group.postOps.begin(), group.postOps.end(), [](const PostOp& op) { return op.residual != kNone; });
    const ValueId other = otherInput(node, group.output());
    if (one || other == kNone || graph_.initializer(other) != nullptr || !staticShape(other)) return false;
    if (graph_.value(other).shape != graph_.value(group.output()).shape) return false;
    group.postOps.push_back({std::nullopt, other});
    take(group, node);
    return true;
  }

  /// x * Sigmoid(x), which is two nodes in ONNX.
  bool addSwish(Group& group) {
    const ValueId x = group.output();
    if (seen(x)) return false;
    const std::vector<NodeId> readers = graph_.consumers(x);
    if (readers.size() != 2) return false;
    const Node* sigmoid = graph_.node(readers[0]);
    const Node* product = graph_.node(readers[1]);
    if (sigmoid->opType != "Sigmoid" || product->opType != "Mul" || !sigmoid->domain.empty() || !product->domain.empty()) return false;
    if (onlyReader(sigmoid->output(0)) != product || otherInput(*product, sigmoid->output(0)) != x) return false;
    if (taken_.contains(sigmoid->id) || taken_.contains(product->id)) return false;
    group.postOps.push_back({Eltwise{dnnl::algorithm::eltwise_swish, 1, 0}, kNone});
    take(group, *sigmoid);
    take(group, *product);
    return true;
  }

  /// The addition of two byte tensors of one shape after an integer convolution.
  void addIntegerSum(Group& group) {
    if (group.anchor->opType != "QLinearConv" || group.anchor->output(0) == kNone) return;
    const Node* sum = onlyReader(group.output());
    if (sum == nullptr || sum->opType != "QLinearAdd" || taken_.contains(sum->id) || !staticShape(group.output())) return;
    const ValueId other = sum->input(0) == group.output() ? sum->input(3) : sum->input(0);
    if (other == kNone || graph_.initializer(other) != nullptr || !staticShape(other) || sum->output(0) == kNone) return;
    if ((sum->input(0) != group.output() && sum->input(3) != group.output()) || graph_.value(other).shape != graph_.value(group.output()).shape) return;
    take(group, *sum);
  }

  void take(Group& group, const Node& node) {
    group.fused.push_back(&node);
    taken_.insert(node.id);
  }

  /// The operand beside `value` of a node of two; kNone when there is none or both are `value`.
  static ValueId otherInput(const Node& node, ValueId value) {
    if (node.inputs.size() != 2 || node.input(0) == node.input(1)) return kNone;
    return node.input(0) == value ? node.input(1) : node.input(0);
  }

  bool seen(ValueId id) const { return graph_.isOutput(id) || options_.observeAll || options_.observe.contains(id); }
  bool constantOrAbsent(ValueId id) const { return id == kNone || graph_.initializer(id) != nullptr; }
  bool staticShape(ValueId id) const { return graph_.value(id).shape && graph_.value(id).shape->known(); }

  /// The one node that reads a value which nobody else sees; nullptr otherwise.
  const Node* onlyReader(ValueId id) const {
    if (seen(id)) return nullptr;
    const std::vector<NodeId> readers = graph_.consumers(id);
    if (readers.size() != 1) return nullptr;
    const Node* node = graph_.node(readers[0]);
    return std::count(node->inputs.begin(), node->inputs.end(), id) == 1 && node->captures.empty() ? node : nullptr;
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

}  // namespace ew::cpu
