// SPDX-License-Identifier: Apache-2.0
#include "core/run/values.h"

#include <algorithm>

namespace ew {

std::uint64_t valueBytes(const Graph& graph, ValueId id) {
  if (id == kNone) return 0;
  const Value& value = graph.value(id);
  const auto elements = value.shape ? value.shape->elements() : std::nullopt;
  return elements ? packedBytes(value.dtype, *elements) : 0;
}

std::uint64_t bytesMoved(const Graph& graph, std::span<const Node* const> nodes) {
  std::uint64_t bytes = 0;
  std::vector<ValueId> inside;
  for (const Node* node : nodes) {
    for (const ValueId id : node->inputs)
      if (std::find(inside.begin(), inside.end(), id) == inside.end()) bytes += valueBytes(graph, id);
    inside.insert(inside.end(), node->outputs.begin(), node->outputs.end());
  }
  for (const ValueId id : nodes.back()->outputs) bytes += valueBytes(graph, id);
  return bytes;
}

std::vector<std::vector<ValueId>> lastUses(const Graph& graph) {
  const std::vector<Node>& nodes = graph.nodes();
  std::vector<std::size_t> last(graph.valueCount(), nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const ValueId id : nodes[i].outputs)
      if (id != kNone) last[static_cast<std::size_t>(id)] = i;
    for (const ValueId id : nodes[i].inputs)
      if (id != kNone) last[static_cast<std::size_t>(id)] = i;
    for (const ValueId id : nodes[i].captures) last[static_cast<std::size_t>(id)] = i;
  }
  for (const ValueId id : graph.outputs()) last[static_cast<std::size_t>(id)] = nodes.size();
  for (const auto& [id, tensor] : graph.initializers()) last[static_cast<std::size_t>(id)] = nodes.size();
  std::vector<std::vector<ValueId>> out(nodes.size());
  for (std::size_t id = 0; id < last.size(); ++id)
    if (last[id] < nodes.size()) out[last[id]].push_back(static_cast<ValueId>(id));
  return out;
}

ValueTable::ValueTable(const Graph& graph) : tensors_(graph.valueCount()) {
  for (const auto& [id, tensor] : graph.initializers()) set(id, tensor);
}

std::vector<Tensor> ValueTable::take(const std::vector<ValueId>& ids) const {
  std::vector<Tensor> out;
  out.reserve(ids.size());
  for (const ValueId id : ids) out.push_back(get(id));
  return out;
}

}  // namespace ew
