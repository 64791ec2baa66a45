// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/fold_constants.h"

#include <algorithm>

#include "core/graph/graph_edit.h"
#include "core/ops/op.h"

namespace ew::cpu {
namespace {

constexpr std::size_t largestConstant = std::size_t{64} << 20;

class Folder {
 public:
  explicit Folder(const Graph& graph) : graph_(graph) {}

  /// Computes the node now when it can be; false when it must wait for inputs. A failing operator is left to run time,
  /// where its error is reported with the node.
  bool fold(const Node& node) {
    const ops::Lookup found = ops::findOp(graph_, node);
    if (found.def == nullptr || !found.def->deterministic || !node.captures.empty() || !resultIsSmall(node)) return false;
    ops::ComputeContext context{node, graph_.opset(node.domain), {}, {}};
    context.outputs.resize(node.outputs.size());
    for (const ValueId id : node.inputs) {
      const Tensor* tensor = constant(id);
      if (id != kNone && tensor == nullptr) return false;
      context.inputs.push_back(tensor == nullptr ? Tensor() : *tensor);
    }
    if (!ops::runCompute(*found.def, context).ok()) return false;
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) computed_[node.outputs[i]] = context.outputs[i];
    return true;
  }

  std::map<ValueId, Tensor> computed() && { return std::move(computed_); }

 private:
  bool resultIsSmall(const Node& node) const {
    return std::all_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) {
      if (id == kNone) return true;
      const auto& shape = graph_.value(id).shape;
      const auto elements = shape ? shape->elements() : std::nullopt;
      return elements && packedBytes(graph_.value(id).dtype, *elements) <= largestConstant;
    });
  }

  const Tensor* constant(ValueId id) const {
    if (const Tensor* stored = graph_.initializer(id)) return stored;
    const auto it = computed_.find(id);
    return it == computed_.end() ? nullptr : &it->second;
  }

  const Graph& graph_;
  std::map<ValueId, Tensor> computed_;
};

}  // namespace

Result<Folded> foldConstants(const Graph& graph) {
  Folder folder(graph);
  std::vector<NodeId> folded;
  for (const Node& node : graph.nodes())
    if (folder.fold(node)) folded.push_back(node.id);
  Folded out;
  out.computed = std::move(folder).computed();
  if (folded.empty()) {
    out.graph = graph;
    return out;
  }
  GraphEdit edit(graph);
  edit.removeNodes(folded);
  for (const auto& [id, tensor] : out.computed) edit.setInitializer(id, tensor);
  EW_ASSIGN(out.graph, std::move(edit).apply());
  return out;
}

}  // namespace ew::cpu
