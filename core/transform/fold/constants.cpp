// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "core/analysis/weights.h"
#include "core/ops/op.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// What folding computes on the way to smaller constants.
constexpr std::int64_t mostBytes = std::int64_t{1} << 28;

bool hasSubgraph(const Node& node) {
  return !node.captures.empty() || std::any_of(node.attributes.all().begin(), node.attributes.all().end(), [](const auto& entry) {
    return std::holds_alternative<OpaqueAttribute>(entry.second) || std::holds_alternative<SubgraphPtr>(entry.second);
  });
}

class ConstantFolder {
 public:
  ConstantFolder(const Graph& graph, const ops::Inference& facts, std::int64_t& byteBudget)
      : graph_(graph), facts_(facts.graph), budget_(byteBudget) {
    // What inference knows is shape arithmetic; floats that it knows may be dequantized weights, which stay integers.
    for (const auto& [id, tensor] : facts.constants)
      if (!isFloat(tensor.dtype())) known_.emplace(id, tensor);
  }

  /// Whether the node's outputs are known now.
  Result<bool> visit(const Node& node, std::vector<NodeVerdict>& verdicts) {
    if (std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return id != kNone && graph_.isOutput(id); })) return false;
    if (const Tensor* content = analysis::constantOf(graph_, node.output(0))) {
      known_[node.output(0)] = *content;
      return true;
    }
    const bool isKnown = std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return id == kNone || known_.contains(id); });
    if (isKnown) return fits(node, verdicts);
    const ops::Lookup lookup = ops::findOp(graph_, node);
    if (lookup.def == nullptr || lookup.def->compute == nullptr || !lookup.def->deterministic || hasSubgraph(node) ||
        node.opType == "DequantizeLinear")
      return false;
    ops::ComputeContext context{node, graph_.opset(node.domain), {}, std::vector<Tensor>(node.outputs.size())};
    for (const ValueId id : node.inputs) {
      const Tensor* tensor = find(id);
      if (id != kNone && tensor == nullptr) return false;
      context.inputs.push_back(tensor != nullptr ? *tensor : Tensor());
    }
    if (!fits(node, verdicts)) return false;
    // An operator that refuses these operands refuses them at run time too: that is the model's business, not ours.
    if (!ops::runCompute(*lookup.def, context).ok()) return false;
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) remember(node.outputs[i], context.outputs[i]);
    return true;
  }

  const Tensor& content(ValueId id) const { return known_.at(id); }

 private:
  const Tensor* find(ValueId id) const {
    if (id == kNone) return nullptr;
    if (const Tensor* tensor = graph_.initializer(id)) return tensor;
    const auto it = known_.find(id);
    return it == known_.end() ? nullptr : &it->second;
  }

  void remember(ValueId id, const Tensor& tensor) {
    computed_ += static_cast<std::int64_t>(tensor.byteSize());
    known_.emplace(id, tensor);
  }

  std::int64_t bytesOf(ValueId id) const {
    const Tensor* tensor = find(id);
    return tensor == nullptr ? 0 : static_cast<std::int64_t>(tensor->byteSize());
  }

  /// Whether the model stops needing the constant when `node` is folded.
  bool onlyFor(ValueId id, const Node& node) const {
    const std::vector<NodeId> readers = graph_.consumers(id);
    return !graph_.isOutput(id) && std::all_of(readers.begin(), readers.end(), [&](NodeId reader) { return reader == node.id; });
  }

  bool fits(const Node& node, std::vector<NodeVerdict>& verdicts) {
    const std::optional<Reason> reason = tooLarge(node);
    if (reason) verdicts.push_back(kept(graph_, node, *reason));
    return !reason;
  }

  /// Asked before computing, so that a small file cannot ask for a huge constant. Otherwise the growth is accounted for.
  std::optional<Reason> tooLarge(const Node& node) {
    std::int64_t after = 0;
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      const Value& value = facts_.value(id);
      const auto elements = value.shape ? value.shape->elements() : std::nullopt;
      if (!elements || value.dtype == DType::none) return Reason{ReasonCode::ShapeUnknown, "constant operands"};
      after += static_cast<std::int64_t>(packedBytes(value.dtype, *elements));
      if (after > mostBytes) break;
    }
    std::int64_t growth = after;
    const std::set<ValueId> operands(node.inputs.begin(), node.inputs.end());
    for (const ValueId id : operands)
      if (id != kNone && onlyFor(id, node)) growth -= bytesOf(id);
    if (after > mostBytes - computed_ || (growth > 0 && growth > budget_))
      return Reason{ReasonCode::TooLarge, "a constant of " + std::to_string(after) + " bytes would grow the model past the "
                                              "budget of " +
                                              std::to_string(budget_) + " bytes that are left"};
    budget_ -= growth;
    return std::nullopt;
  }

  const Graph& graph_;
  const Graph& facts_;
  std::int64_t& budget_;
  std::map<ValueId, Tensor> known_;
  std::int64_t computed_ = 0;
};

}  // namespace

Status foldConstants(GraphEdit& edit, const ops::Inference& facts, std::int64_t& byteBudget, std::vector<NodeVerdict>& verdicts,
                     Progress& progress) {
  ConstantFolder folder(edit.graph(), facts, byteBudget);
  std::vector<NodeId> folded;
  for (const Node& node : edit.graph().nodes()) {
    if (progress.cancelled()) return cancelledError();
    EW_ASSIGN(const bool isKnown, folder.visit(node, verdicts));
    if (!isKnown || node.outputs.empty()) continue;
    folded.push_back(node.id);
    verdicts.push_back(done(edit.graph(), node, "folded", "constant"));
  }
  for (const NodeId id : folded)
    for (const ValueId out : edit.graph().node(id)->outputs)
      if (out != kNone) edit.setInitializer(out, folder.content(out));
  edit.removeNodes(folded);
  edit.refresh();
  return {};
}

}  // namespace ew::transform
