// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/patterns.h"

#include <algorithm>
#include <array>
#include <set>

namespace ew::lowering {
namespace {

/// Those of more nodes before those that are parts of them.
constexpr std::array<Pattern, 5> patterns{matchLayerNormalization, matchRmsNormalization, matchGelu, matchHardSwish, matchSwish};

/// Whether nobody outside sees what the nodes pass among themselves.
bool isClosed(const Graph& graph, const Fusion& fusion, const std::function<bool(ValueId)>& mayHide) {
  const std::set<NodeId> inside(fusion.nodes.begin(), fusion.nodes.end());
  return std::all_of(fusion.nodes.begin(), fusion.nodes.end() - 1, [&](NodeId id) {
    const std::vector<ValueId>& outputs = graph.node(id)->outputs;
    return std::all_of(outputs.begin(), outputs.end(), [&](ValueId out) {
      if (out == kNone) return true;
      const std::vector<NodeId> readers = graph.consumers(out);
      return !graph.isOutput(out) && mayHide(out) && std::all_of(readers.begin(), readers.end(), [&](NodeId reader) { return inside.contains(reader); });
    });
  });
}

}  // namespace

const std::optional<Shape>& PatternView::shapeOf(ValueId id) const {
  static const std::optional<Shape> unknown;
  if (id == kNone) return unknown;
  if (graph.initializer(id) != nullptr) return graph.value(id).shape;
  return static_cast<std::size_t>(id) < facts.valueCount() ? facts.value(id).shape : unknown;
}

DType PatternView::typeOf(ValueId id) const {
  if (id == kNone) return DType::none;
  if (graph.initializer(id) != nullptr) return graph.value(id).dtype;
  return static_cast<std::size_t>(id) < facts.valueCount() ? facts.value(id).dtype : DType::none;
}

std::vector<Fusion> findFusions(const PatternView& view, const std::function<bool(ValueId)>& mayHide,
                                const std::function<bool(const Fusion&)>& wants) {
  std::vector<Fusion> found;
  std::set<NodeId> taken;
  for (auto node = view.graph.nodes().rbegin(); node != view.graph.nodes().rend(); ++node) {
    if (taken.contains(node->id) || !node->domain.empty()) continue;
    for (const Pattern pattern : patterns) {
      std::optional<Fusion> fusion = pattern(view, *node);
      if (!fusion || !wants(*fusion) || !isClosed(view.graph, *fusion, mayHide)) continue;
      if (std::any_of(fusion->nodes.begin(), fusion->nodes.end(), [&](NodeId id) { return taken.contains(id); })) continue;
      taken.insert(fusion->nodes.begin(), fusion->nodes.end());
      found.push_back(*std::move(fusion));
      break;
    }
  }
  return found;
}

void applyFusion(GraphEdit& edit, const Fusion& fusion, const std::string& domain) {
  std::set<NodeId> origin;
  for (const NodeId id : fusion.nodes) origin.insert(edit.graph().node(id)->origin.begin(), edit.graph().node(id)->origin.end());
  std::vector<ValueId> inputs = fusion.inputs;
  for (const auto& [index, tensor] : fusion.constants) {
    inputs.resize(std::max(inputs.size(), index + 1), kNone);
    const std::string name = displayName(edit.graph(), *edit.graph().node(fusion.nodes.back()));
    inputs[index] = edit.addInitializer(edit.freshValueName(name + "_constant"), tensor);
  }
  edit.removeNodes({fusion.nodes.begin(), fusion.nodes.end() - 1});
  Node& node = edit.mutableNode(fusion.nodes.back());
  node.opType = fusion.opType;
  node.domain = domain;
  node.inputs = std::move(inputs);
  node.attributes = fusion.attributes;
  node.origin.assign(origin.begin(), origin.end());
}

}  // namespace ew::lowering
