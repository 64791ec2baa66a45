// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "core/analysis/weights.h"
#include "core/ops/op.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// All constants together may take this many times the budget of one.
constexpr std::int64_t totalBudgets = 4;

bool hasSubgraph(const Node& node) {
  return !node.captures.empty() || std::any_of(node.attributes.all().begin(), node.attributes.all().end(), [](const auto& entry) {
    return std::holds_alternative<OpaqueAttribute>(entry.second);
  });
}

class ConstantFolder {
 public:
  ConstantFolder(const Graph& graph, const std::map<ValueId, Tensor>& known, const FoldOptions& options)
      : graph_(graph), options_(options) {
    // What inference knows is shape arithmetic; floats that it knows may be dequantized weights, which stay integers.
    for (const auto& [id, tensor] : known)
      if (!isFloat(tensor.dtype())) known_.emplace(id, tensor);
  }

  /// Whether the node's outputs are known now.
  Result<bool> visit(const Node& node, std::vector<NodeVerdict>& verdicts) {
    if (std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return id != kNone && graph_.isOutput(id); })) return false;
    if (std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return id == kNone || known_.contains(id); })) return true;
    if (const Tensor* content = analysis::constantOf(graph_, node.output(0))) {
      known_[node.output(0)] = *content;
      return true;
    }
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
    if (const std::optional<Reason> reason = tooLarge(node, context)) {
      verdicts.push_back(kept(graph_, node, *reason));
      return false;
    }
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
    total_ += static_cast<std::int64_t>(tensor.byteSize());
    known_.emplace(id, tensor);
  }

  /// Asked before computing, so that a small file cannot ask for a huge constant.
  std::optional<Reason> tooLarge(const Node& node, const ops::ComputeContext& context) const {
    std::int64_t before = 0, after = 0;
    for (const Tensor& tensor : context.inputs) before += static_cast<std::int64_t>(tensor.byteSize());
    for (const ValueId id : node.outputs) {
      if (id == kNone) continue;
      const Value& value = graph_.value(id);
      const auto elements = value.shape ? value.shape->elements() : std::nullopt;
      if (!elements) return Reason{ReasonCode::ShapeUnknown, "constant operands"};
      after = std::max(after, static_cast<std::int64_t>(packedBytes(value.dtype, *elements)));
    }
    if (after <= before && total_ + after <= totalBudgets * options_.constantByteBudget) return std::nullopt;
    if (after <= options_.constantByteBudget && total_ + after <= totalBudgets * options_.constantByteBudget) return std::nullopt;
    return Reason{ReasonCode::TooLarge, "constant of " + std::to_string(after) + " bytes"};
  }

  const Graph& graph_;
  const FoldOptions& options_;
  std::map<ValueId, Tensor> known_;
  std::int64_t total_ = 0;
};

}  // namespace

Status foldConstants(GraphEdit& edit, const std::map<ValueId, Tensor>& known, const FoldOptions& options,
                     std::vector<NodeVerdict>& verdicts, Progress& progress) {
  ConstantFolder folder(edit.graph(), known, options);
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
