// SPDX-License-Identifier: Apache-2.0
#include "accel/vulkan/constants.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/ops/op.h"

namespace ew::vulkan {
namespace {

constexpr int deepest = 12;  // of chains of constants; longer ones stay with the processor
constexpr std::int64_t smallElements = 65536;

bool foldable(const Graph& graph, const Node& node, int depth);

bool constantWithin(const Graph& graph, ValueId id, int depth) {
  if (graph.initializer(id) != nullptr) return true;
  const Node* producer = graph.node(graph.producer(id));
  return producer != nullptr && depth > 0 && foldable(graph, *producer, depth - 1);
}

bool foldable(const Graph& graph, const Node& node, int depth) {
  if (!node.captures.empty()) return false;
  const ops::Lookup found = ops::findOp(graph, node);
  if (found.def == nullptr || !found.def->deterministic) return false;
  return std::ranges::all_of(node.inputs, [&](ValueId id) { return id == kNone || constantWithin(graph, id, depth); });
}

/// Runs the node by its reference code; `operand` gives its inputs.
template <class Operand>
Result<std::vector<Tensor>> computed(const Graph& graph, const Node& node, Operand operand) {
  ops::ComputeContext context{node, graph.opset(node.domain), {}, {}};
  context.outputs.resize(node.outputs.size());
  for (const ValueId id : node.inputs) context.inputs.push_back(id == kNone ? Tensor() : operand(id));
  EW_TRY(ops::runCompute(*ops::findOp(graph, node).def, context));
  return std::move(context.outputs);
}

}  // namespace

bool isConstant(const Graph& graph, ValueId id) { return id != kNone && constantWithin(graph, id, deepest); }

bool isFoldable(const Graph& graph, const Node& node) { return foldable(graph, node, deepest); }

std::optional<Tensor> smallConstant(const Graph& graph, ValueId id) {
  if (id == kNone) return std::nullopt;
  if (const Tensor* stored = graph.initializer(id)) return *stored;
  const auto& shape = graph.value(id).shape;
  const auto elements = shape ? shape->elements() : std::nullopt;
  if (!isConstant(graph, id) || !elements || *elements > smallElements) return std::nullopt;
  const Node& node = *graph.node(graph.producer(id));
  const auto result = computed(graph, node, [&](ValueId operand) { return smallConstant(graph, operand).value_or(Tensor()); });
  if (!result.ok()) return std::nullopt;
  const auto index = std::ranges::find(node.outputs, id) - node.outputs.begin();
  return (*result)[static_cast<std::size_t>(index)];
}

Result<std::map<ValueId, Tensor>> foldConstants(const Graph& graph, Progress& progress) {
  std::map<ValueId, Tensor> out;
  for (const Node& node : graph.nodes()) {
    if (!isFoldable(graph, node)) continue;
    if (progress.cancelled()) return cancelledError();
    auto outputs = computed(graph, node, [&](ValueId id) {
      const Tensor* stored = graph.initializer(id);
      return stored != nullptr ? *stored : out.at(id);
    });
    if (!outputs.ok()) return std::move(outputs).error().at("node " + inQuotes(displayName(graph, node)));
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
      if (node.outputs[i] != kNone) out[node.outputs[i]] = (*outputs)[i];
  }
  return out;
}

}  // namespace ew::vulkan
