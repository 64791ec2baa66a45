// SPDX-License-Identifier: Apache-2.0
#include "accel/cpu/absorb_pads.h"

#include <algorithm>

#include "core/graph/graph_edit.h"
#include "core/ops/attributes.h"

namespace ew::cpu {
namespace {

struct Pads {
  std::vector<std::int64_t> begin, end;  ///< by axis
};

std::optional<std::vector<std::int64_t>> constantInts(const Graph& graph, ValueId id) {
  const Tensor* tensor = graph.initializer(id);
  const auto values = tensor != nullptr ? toInts(*tensor) : Result<std::vector<std::int64_t>>(unsupported("not constant"));
  return values.ok() ? std::optional(*values) : std::nullopt;
}

/// The constant paddings of a node; nothing when they are not constant or some are negative.
std::optional<Pads> padsOf(const Graph& graph, const Node& node, std::size_t rank) {
  const auto pads = node.input(1) != kNone ? constantInts(graph, node.input(1)) : node.attributes.getInts("pads");
  if (!pads || pads->size() % 2 != 0 || std::any_of(pads->begin(), pads->end(), [](std::int64_t pad) { return pad < 0; })) return std::nullopt;
  std::vector<std::int64_t> axes(pads->size() / 2);
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<std::int64_t>(i);
  if (node.input(3) != kNone) {
    const auto given = constantInts(graph, node.input(3));
    if (!given || given->size() != axes.size()) return std::nullopt;
    axes = *given;
  }
  Pads out{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0)};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto axis = ops::normalizedAxis(axes[i], rank);
    if (!axis.ok()) return std::nullopt;
    out.begin[*axis] = (*pads)[i];
    out.end[*axis] = (*pads)[i + axes.size()];
  }
  return out;
}

/// The number that the node pads with; nothing when it is not constant.
std::optional<double> padValue(const Graph& graph, const Node& node) {
  if (node.input(2) == kNone) return static_cast<double>(node.attributes.getFloat("value", 0));
  const Tensor* tensor = graph.initializer(node.input(2));
  const auto values = tensor != nullptr && tensor->size() == 1 ? toDoubles(*tensor) : Result<std::vector<double>>(unsupported("not constant"));
  return values.ok() ? std::optional((*values)[0]) : std::nullopt;
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

/// The convolution's `pads` with the node's added; nothing when the node pads more than spatial axes.
std::optional<std::vector<std::int64_t>> joined(const Pads& pads, const Node& conv) {
  const std::size_t rank = pads.begin.size(), spatial = rank - 2;
  if (pads.begin[0] != 0 || pads.begin[1] != 0 || pads.end[0] != 0 || pads.end[1] != 0) return std::nullopt;
  std::vector<std::int64_t> out = conv.attributes.getInts("pads", std::vector<std::int64_t>(2 * spatial, 0));
  if (out.size() != 2 * spatial) return std::nullopt;
  for (std::size_t i = 0; i < spatial; ++i) {
    out[i] += pads.begin[i + 2];
    out[i + spatial] += pads.end[i + 2];
  }
  return out;
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
    const auto pads = padsOf(graph, pad, shape->rank());
    const auto value = padValue(graph, pad), own = ownPadValue(graph, *conv);
    const auto both = pads ? joined(*pads, *conv) : std::nullopt;
    if (!both || !value || value != own) continue;
    Node& changed = edit.mutableNode(conv->id);
    changed.inputs[0] = pad.input(0);
    changed.attributes.set("pads", *both);
    out.into[conv->id].push_back(pad.id);
    gone.push_back(pad.id);
  }
  if (gone.empty()) {
    out.graph = graph;
    return out;
  }
  edit.removeNodes(gone);
  EW_ASSIGN(out.graph, std::move(edit).apply());
  return out;
}

}  // namespace ew::cpu
