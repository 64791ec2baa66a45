// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/absorb_pads.h"

#include <algorithm>

#include "accel/cpu/absorb_slices.h"
#include "core/graph/graph_edit.h"
#include "core/run/lowering/pad_operands.h"

namespace ew::cpu {
namespace {

std::optional<std::vector<std::int64_t>> constantInts(const Graph& graph, ValueId id) {
  const Tensor* tensor = graph.initializer(id);
  const auto values = tensor != nullptr ? toInts(*tensor) : Result<std::vector<std::int64_t>>(unsupported("not constant"));
  return values.ok() ? std::optional(*values) : std::nullopt;
}

/// What the convolution's own padding stands for: 0, or the zero point of x.
std::optional<double> ownPadValue(const Graph& graph, const Node& conv) {
  if (conv.opType == "Conv" || conv.input(2) == kNone) return 0.0;
  const auto zero = constantInts(graph, conv.input(2));
  return zero && zero->size() == 1 ? std::optional(static_cast<double>((*zero)[0])) : std::nullopt;
}

/// The convolution that alone reads what `pad` gives; nullptr when there is none.
const Node* onlyConvolution(const Graph& graph, const Node& pad, const CompileOptions& options) {
  const ValueId padded = pad.output(0);
  if (graph.isOutput(padded) || options.observeAll || options.observe.contains(padded)) return nullptr;
  const std::vector<NodeId> readers = graph.consumers(padded);
  if (readers.size() != 1) return nullptr;
  const Node* conv = graph.node(readers[0]);
  const bool isConv = (conv->opType == "Conv" || conv->opType == "QLinearConv") && conv->domain.empty();
  if (!isConv || std::count(conv->inputs.begin(), conv->inputs.end(), padded) != 1 || conv->input(0) != padded) return nullptr;
  return conv->attributes.getString("auto_pad", "NOTSET") == "NOTSET" ? conv : nullptr;
}

}  // namespace

Result<Absorbed> absorbPads(const Graph& graph, const CompileOptions& options) {
  Absorbed out;
  GraphEdit edit(graph);
  std::vector<NodeId> gone;
  for (const Node& pad : graph.nodes()) {
    if (pad.opType != "Pad" || !pad.domain.empty() || pad.attributes.getString("mode", "constant") != "constant") continue;
    const Node* conv = onlyConvolution(graph, pad, options);
    const auto& shape = graph.value(pad.input(0)).shape;
    if (conv == nullptr || !shape || shape->rank() < 3) continue;
    const auto pads = lowering::padsOf(graph, pad, shape->rank());
    const auto value = lowering::padValue(graph, pad), own = ownPadValue(graph, *conv);
    const auto both = pads ? lowering::joinedPads(*pads, *conv) : std::nullopt;
    if (!both || !value || value != own) continue;
    Node& changed = edit.mutableNode(conv->id);
    changed.inputs[0] = pad.input(0);
    changed.attributes.set("pads", *both);
    out.into[conv->id].push_back(pad.id);
    gone.push_back(pad.id);
  }
  if (gone.empty()) {
    out.graph = graph;
    return absorbSlices(std::move(out), options);
  }
  edit.removeNodes(gone);
  EW_ASSIGN(out.graph, std::move(edit).apply());
  return absorbSlices(std::move(out), options);
}

}  // namespace ew::cpu
