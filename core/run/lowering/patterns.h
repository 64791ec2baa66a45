// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/graph/graph_edit.h"

namespace ew::lowering {

/// Nodes that together compute what one ai.onnx operator computes. The same matchers serve the document (fold, where the
/// model's opset has the operator) and execution (lower, at any opset).
struct Fusion {
  std::string opType;
  int sinceVersion = 1;                 ///< first opset of ai.onnx that has the operator
  std::vector<ValueId> inputs;
  Attributes attributes;
  std::vector<NodeId> nodes;            ///< all of them; the last one's output is the operator's
  std::vector<std::pair<std::size_t, Tensor>> constants;  ///< operands that the pattern does not hold, by index
};

/// A graph to match in: shapes and types as far as they are certain.
struct PatternView {
  const Graph& graph;                   ///< nodes, readers and constants
  const Graph& facts;                   ///< shapes and types, by value id
  const std::optional<Shape>& shapeOf(ValueId id) const;
  DType typeOf(ValueId id) const;
};

/// Each looks at the node that would be the last one of its pattern.
using Pattern = std::optional<Fusion> (*)(const PatternView& view, const Node& last);

std::optional<Fusion> matchGelu(const PatternView& view, const Node& last);
std::optional<Fusion> matchHardSwish(const PatternView& view, const Node& last);
std::optional<Fusion> matchSwish(const PatternView& view, const Node& last);
std::optional<Fusion> matchLayerNormalization(const PatternView& view, const Node& last);
std::optional<Fusion> matchRmsNormalization(const PatternView& view, const Node& last);

/// All fusions that do not overlap, found from the last node to the first. `mayHide` says of a value whether it may
/// disappear; `wants` of a fusion whether it is wanted.
std::vector<Fusion> findFusions(const PatternView& view, const std::function<bool(ValueId)>& mayHide,
                                const std::function<bool(const Fusion&)>& wants);

/// Puts a node of `domain` in the place of the fusion's nodes.
void applyFusion(GraphEdit& edit, const Fusion& fusion, const std::string& domain);

}  // namespace ew::lowering
