// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

bool keepsElements(const Node& node) {
  static constexpr std::array names{std::string_view("Reshape"), std::string_view("Flatten"), std::string_view("Squeeze"),
                                    std::string_view("Unsqueeze")};
  return node.domain.empty() && std::find(names.begin(), names.end(), node.opType) != names.end();
}

/// The operand of a Reshape to this shape; nothing when it takes more than one extent from the run, or 0 would have to
/// mean 0.
std::optional<Tensor> shapeOperand(const std::optional<Shape>& shape) {
  if (!shape) return std::nullopt;
  std::vector<std::int64_t> extents;
  for (const Dim& dim : shape->dims()) extents.push_back(dim.known() ? dim.extent : -1);
  const bool hasZero = std::find(extents.begin(), extents.end(), 0) != extents.end();
  if (hasZero || std::count(extents.begin(), extents.end(), -1) > 1) return std::nullopt;
  Tensor operand = Tensor::zeros(DType::i64, {std::ssize(extents)});
  std::copy(extents.begin(), extents.end(), operand.mutableData<std::int64_t>().begin());
  return operand;
}

void becomeReshape(FoldContext& context, NodeId id, Tensor shape) {
  const Node& old = *context.graph().node(id);
  const ValueId operand = context.addConstant(context.graph().value(old.output(0)).name + "_shape", std::move(shape));
  Node& node = context.edit.mutableNode(id);
  node.opType = "Reshape";
  node.inputs = {node.input(0), operand};
  node.attributes = {};
}

}  // namespace

/// Reshape, Flatten, Squeeze and Unsqueeze after one another: only the last shape counts.
Result<bool> foldReshapeChain(FoldContext& context, const Node& node) {
  if (!keepsElements(node) || context.graph().opset() < 5) return false;
  const Node* before = context.graph().node(context.graph().producer(node.input(0)));
  if (before == nullptr || !keepsElements(*before) || !context.isFresh(before->id)) return false;
  const ValueId from = before->input(0);
  if (context.sameShape(from, node.output(0)) && context.canBypass(node.output(0), from)) {
    context.bypassTo(node, from, "removed", "undoes " + displayName(context.graph(), *before));
    return true;
  }
  std::optional<Tensor> shape = shapeOperand(context.shapeOf(node.output(0)));
  if (!shape || context.privateProducer(node.input(0), node.id) == nullptr) return false;
  const NodeId id = node.id;
  context.skip(id, *before, "one reshape with " + displayName(context.graph(), node));
  becomeReshape(context, id, *std::move(shape));
  return true;
}

/// A Reshape to a computed shape of which all extents but one are known needs nothing computed.
Result<bool> foldComputedShape(FoldContext& context, const Node& node) {
  const Graph& graph = context.graph();
  if (node.opType != "Reshape" || !node.domain.empty() || graph.opset() < 5 || graph.initializer(node.input(1)) != nullptr) return false;
  std::optional<Tensor> shape = shapeOperand(context.shapeOf(node.output(0)));
  if (!shape) return false;
  context.verdicts.push_back(done(graph, node, "folded", "its shape is known: " + context.shapeOf(node.output(0))->text()));
  const NodeId id = node.id;
  context.touchAround(node.input(1));
  context.touchAround(node.output(0));
  becomeReshape(context, id, *std::move(shape));
  return true;
}

}  // namespace ew::transform
