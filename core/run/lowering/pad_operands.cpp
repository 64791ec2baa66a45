// SPDX-License-Identifier: Apache-2.0
#include "core/run/lowering/pad_operands.h"

#include <algorithm>

#include "core/ops/attributes.h"

namespace ew::lowering {
namespace {

std::optional<std::vector<std::int64_t>> constantInts(const Graph& graph, ValueId id) {
  const Tensor* tensor = graph.initializer(id);
  const auto values = tensor != nullptr ? toInts(*tensor) : Result<std::vector<std::int64_t>>(unsupported("not constant"));
  return values.ok() ? std::optional(*values) : std::nullopt;
}

}  // namespace

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

std::optional<double> padValue(const Graph& graph, const Node& node) {
  if (node.input(2) == kNone) return static_cast<double>(node.attributes.getFloat("value", 0));
  const Tensor* tensor = graph.initializer(node.input(2));
  const auto values = tensor != nullptr && tensor->size() == 1 ? toDoubles(*tensor) : Result<std::vector<double>>(unsupported("not constant"));
  return values.ok() ? std::optional((*values)[0]) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> joinedPads(const Pads& pads, const Node& window) {
  const std::size_t rank = pads.begin.size(), spatial = rank - 2;
  if (pads.begin[0] != 0 || pads.begin[1] != 0 || pads.end[0] != 0 || pads.end[1] != 0) return std::nullopt;
  std::vector<std::int64_t> out = window.attributes.getInts("pads", std::vector<std::int64_t>(2 * spatial, 0));
  if (out.size() != 2 * spatial) return std::nullopt;
  for (std::size_t i = 0; i < spatial; ++i) {
    out[i] += pads.begin[i + 2];
    out[i + spatial] += pads.end[i + 2];
  }
  return out;
}

}  // namespace ew::lowering
