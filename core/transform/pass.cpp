// SPDX-License-Identifier: Apache-2.0
#include "core/transform/pass.h"

#include <algorithm>

#include "core/ops/infer.h"

namespace ew::transform {

NodeVerdict kept(const Graph& graph, const Node& node, const Reason& reason) {
  return {displayName(graph, node), "kept", reason.text(), std::string(reasonKey(reason.code))};
}

NodeVerdict done(const Graph& graph, const Node& node, std::string verdict, std::string what) {
  return {displayName(graph, node), std::move(verdict), std::move(what), {}};
}

namespace {

/// Where two shapes differ only in what they call dynamic extents.
bool differInNames(const std::optional<Shape>& a, const std::optional<Shape>& b) {
  if (!a || !b || a->rank() != b->rank()) return false;
  for (std::size_t i = 0; i < a->rank(); ++i)
    if ((*a)[i].known() != (*b)[i].known() || (*a)[i].extent != (*b)[i].extent) return false;
  return true;
}

}  // namespace

Result<Graph> applyEdit(PassResult& result) {
  EW_ASSIGN(const Graph graph, std::move(result.edit).apply());
  EW_ASSIGN(ops::Inference inference, ops::inferShapes(graph));
  // Outputs keep the names of their dynamic extents, which inference may derive otherwise now.
  GraphEdit named(std::move(inference.graph));
  for (const ValueId id : graph.outputs())
    if (differInNames(graph.value(id).shape, named.graph().value(id).shape)) named.mutableValue(id).shape = graph.value(id).shape;
  return named.graph();
}

void liftConstants(GraphEdit& edit) {
  std::vector<std::pair<ValueId, Tensor>> contents;
  std::vector<NodeId> nodes;
  for (const Node& node : edit.graph().nodes()) {
    const Tensor* content = node.opType == "Constant" ? node.attributes.getTensor("value") : nullptr;
    if (content == nullptr || node.output(0) == kNone || edit.graph().isOutput(node.output(0))) continue;
    contents.emplace_back(node.output(0), *content);
    nodes.push_back(node.id);
  }
  if (nodes.empty()) return;
  for (auto& [value, content] : contents) edit.setInitializer(value, std::move(content));
  edit.removeNodes(nodes);
  edit.refresh();
}

void mergeOrigin(Node& node, const Node& absorbed) {
  node.origin.insert(node.origin.end(), absorbed.origin.begin(), absorbed.origin.end());
  std::sort(node.origin.begin(), node.origin.end());
  node.origin.erase(std::unique(node.origin.begin(), node.origin.end()), node.origin.end());
}

Result<Tensor> tensorFromDoubles(DType type, const Dims& dims, std::span<const double> values) {
  EW_ASSIGN(Tensor out, Tensor::create(type, dims));
  EW_TRY(dispatchType(type, [&]<class T>() {
    const std::span<T> to = out.mutableData<T>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      if constexpr (std::is_arithmetic_v<T>) to[i] = static_cast<T>(values[i]);
      else to[i] = T(static_cast<float>(values[i]));
    }
  }));
  return out;
}

}  // namespace ew::transform
