// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cost.h"
#include "core/ops/infer_graph.h"

namespace ew::ops {
namespace {

constexpr std::int64_t maxFoldedWork = std::int64_t{1} << 24;       // of one node
constexpr std::int64_t maxFoldedWorkOfAll = std::int64_t{1} << 30;  // what a file full of such nodes may cost

}  // namespace

Cost GraphInferer::cost(const OpDef& def, const Node& node) const {
  std::vector<Dims> inputs, outputs;
  const auto add = [&](std::vector<Dims>& to, ValueId id) {
    auto dims = id == kNone ? Dims() : facts(id).shape ? facts(id).shape->concrete() : std::nullopt;
    if (dims) to.push_back(std::move(*dims));
    return dims.has_value();
  };
  for (const ValueId id : node.inputs)
    if (!add(inputs, id)) return {};
  for (const ValueId id : node.outputs)
    if (!add(outputs, id)) return {};
  return def.cost == nullptr ? Cost{0, work(outputs[0])} : def.cost(node, inputs, outputs);
}

bool GraphInferer::foldable(const OpDef& def, const Node& node, const InferContext& context) const {
  if (!def.deterministic || def.compute == nullptr || !node.captures.empty()) return false;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] == kNone) continue;
    const Tensor* constant = context.inputs[i].constant;
    if (constant == nullptr || constant->size() > maxFoldedElements) return false;
  }
  for (const ValueId id : node.outputs) {
    if (id == kNone) continue;
    if (facts(id).constant != nullptr) return false;
    const std::optional<Shape>& shape = facts(id).shape;
    // Operators whose output extents depend on content (NonZero, Compress, Unique) give no more than they got.
    if (shape && shape->known() && (!shape->elements() || *shape->elements() > maxFoldedElements)) return false;
  }
  return shared_.foldedWork <= maxFoldedWorkOfAll;
}

void GraphInferer::fold(const OpDef& def, const Node& node, const InferContext& context) {
  if (!foldable(def, node, context)) return;
  const Cost needed = cost(def, node);
  if (needed.macs > maxFoldedWork || needed.flops > maxFoldedWork) return;
  shared_.foldedWork += needed.macs + needed.flops + maxFoldedElements;
  ComputeContext compute{node, context.opset, {}, std::vector<Tensor>(node.outputs.size())};
  for (std::size_t i = 0; i < node.inputs.size(); ++i)
    compute.inputs.push_back(node.inputs[i] == kNone ? Tensor() : *context.inputs[i].constant);
  // What cannot be computed now gives its error when the model runs.
  if (!runCompute(def, compute).ok()) return;
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    const ValueId id = node.outputs[i];
    const Tensor& tensor = compute.outputs[i];
    if (id == kNone || !tensor.present() || tensor.size() > maxFoldedElements) continue;
    // The facts of a sequence stay what they are: nothing reads its content before running.
    if (tensor.dtype() == DType::sequence || tensor.dtype() == DType::optional) continue;
    factsAt(id).dtype = tensor.dtype();
    factsAt(id).shape = tensor.shape();
    factsAt(id).constant = &constants_.insert_or_assign(id, tensor).first->second;
  }
}

}  // namespace ew::ops
