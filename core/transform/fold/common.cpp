// SPDX-License-Identifier: Apache-2.0
// Equal nodes and equal constants.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "core/graph/subgraphs.h"
#include "core/tensor/blocks.h"
#include "core/transform/fold/rule.h"

namespace ew::transform {
namespace {

/// Smaller constants stay apart: the biases of two layers that are equal now need not be after the next step.
constexpr std::size_t leastShared = 4096;

template <class T>
void append(std::string& key, const T& value) {
  key.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

void append(std::string& key, const std::string& text) {
  append(key, text.size());
  key += text;
}

template <class T>
void append(std::string& key, const std::vector<T>& values) {
  append(key, values.size());
  for (const T& value : values) append(key, value);
}

/// False for an attribute that is not compared: graphs, large tensors, what nobody here interprets.
bool appendAttribute(std::string& key, const AttributeValue& value) {
  append(key, value.index());
  return std::visit([&]<class T>(const T& content) {
    if constexpr (std::is_same_v<T, Tensor>) {
      if (content.byteSize() > 1024 || content.dtype() == DType::string) return false;
      append(key, content.dtype());
      append(key, content.dims());
      const auto bytes = content.bytes();
      key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    } else if constexpr (std::is_same_v<T, SubgraphPtr> || std::is_same_v<T, OpaqueAttribute>) {
      return false;
    } else {
      append(key, content);
    }
    return true;
  }, value);
}

/// What the node computes from what, as bytes; empty when two such nodes may differ.
std::string keyOf(const Graph& graph, const Node& node, const std::map<ValueId, ValueId>& equals) {
  const ops::Lookup found = ops::findOp(graph, node);
  if (found.def == nullptr || !found.def->deterministic || !node.captures.empty() || !node.unknownFields.empty()) return {};
  std::string key;
  append(key, node.opType);
  append(key, node.domain);
  for (const ValueId in : node.inputs) {
    const auto equal = equals.find(in);
    append(key, equal == equals.end() ? in : equal->second);
  }
  for (const ValueId out : node.outputs) append(key, out == kNone);
  for (const auto& [name, value] : node.attributes.all()) {
    append(key, name);
    if (!appendAttribute(key, value)) return {};
  }
  return key;
}

/// For each constant that has the content of another one, the first such. Constants of fewer bytes than `least` are left out.
std::map<ValueId, ValueId> equalConstants(const Graph& graph, std::size_t least) {
  std::map<std::tuple<DType, Dims, std::string>, std::vector<ValueId>> kinds;  // all bytes are compared only within a kind
  std::map<ValueId, ValueId> equals;
  for (const auto& [id, tensor] : graph.initializers()) {
    if (tensor.byteSize() < least || tensor.dtype() == DType::string || tensor.dtype() == DType::none) continue;
    const auto head = tensor.storedBytes().first(std::min<std::size_t>(tensor.byteSize(), 64));
    std::vector<ValueId>& kind = kinds[{tensor.dtype(), tensor.dims(), std::string(reinterpret_cast<const char*>(head.data()), head.size())}];
    const auto same = std::find_if(kind.begin(), kind.end(), [&](ValueId other) {
      return sameBytes(*graph.initializer(other), tensor);
    });
    if (same == kind.end()) kind.push_back(id);
    else equals[id] = *same;
  }
  return equals;
}

bool canJoin(const FoldContext& context, const Node& copy, const Node& first) {
  if (!context.isFresh(copy.id) || !context.isFresh(first.id) || copy.outputs.size() != first.outputs.size()) return false;
  for (std::size_t i = 0; i < copy.outputs.size(); ++i)
    if (copy.outputs[i] != kNone && !context.canBypass(copy.outputs[i], first.outputs[i])) return false;
  return true;
}

}  // namespace

void shareSubexpressions(FoldContext& context) {
  const std::map<ValueId, ValueId> equals = equalConstants(context.graph(), 0);
  std::map<std::string, NodeId> seen;
  std::vector<NodeId> ids;
  for (const Node& node : context.graph().nodes()) ids.push_back(node.id);
  for (const NodeId id : ids) {
    const Node& node = *context.graph().node(id);
    std::string key = keyOf(context.graph(), node, equals);
    if (key.empty() || node.outputs.empty() || !context.isFresh(id)) continue;
    const auto [it, isNew] = seen.emplace(std::move(key), id);
    if (isNew) continue;
    const Node& first = *context.graph().node(it->second);
    if (!canJoin(context, node, first)) continue;
    const std::vector<ValueId> from = node.outputs, to = first.outputs;
    mergeOrigin(context.edit.mutableNode(first.id), node);
    context.retire(node, "removed", "computes the same as " + displayName(context.graph(), first));
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i] == kNone) continue;
      context.touchAround(from[i]);
      context.touchAround(to[i]);
      context.edit.replaceUses(from[i], to[i]);
    }
  }
}

void shareInitializers(GraphEdit& edit, std::vector<NodeVerdict>& verdicts) {
  const Graph& graph = edit.graph();
  std::set<ValueId> fixed(graph.initializerInputs().begin(), graph.initializerInputs().end());
  for (const Node& node : graph.nodes()) {
    const auto names = capturesByName(node);
    fixed.insert(names.begin(), names.end());
  }
  for (const auto& [copy, first] : equalConstants(graph, leastShared)) {
    if (fixed.contains(copy) || fixed.contains(first) || graph.isOutput(copy) || graph.isOutput(first)) continue;
    for (const NodeId reader : graph.consumers(copy))
      verdicts.push_back(done(graph, *graph.node(reader), "shared", graph.value(copy).name + " equals " + graph.value(first).name));
    edit.replaceUses(copy, first);
    edit.removeInitializer(copy);
  }
  edit.refresh();
}

}  // namespace ew::transform
