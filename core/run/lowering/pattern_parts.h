// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/run/lowering/patterns.h"

namespace ew::lowering {

/// The node that makes a value, when it is this operator of ai.onnx; nullptr otherwise.
const Node* madeBy(const PatternView& view, ValueId id, std::string_view opType);
/// A constant of one element; nothing otherwise.
std::optional<double> scalarOf(const PatternView& view, ValueId id);
/// Equal to within the rounding of a float32.
bool isNear(double value, double wanted);

/// Adds the nodes of a part to those of the whole.
inline void join(std::vector<NodeId>& to, const std::vector<NodeId>& from) { to.insert(to.end(), from.begin(), from.end()); }

/// A value as a constant times other values: what a tree of Mul, Div by a constant and Pow 2 or 3 spells, down to values
/// that others read too.
struct Product {
  double factor = 1;
  std::vector<ValueId> values;
  std::vector<NodeId> nodes;
};
Product productOf(const PatternView& view, const Node& root);
/// The same of the node that makes `id`; the value itself when nothing multiplies there or others read it.
Product productOf(const PatternView& view, ValueId id);

/// A value plus a constant: Add or Sub.
struct Shifted {
  ValueId value = kNone;
  double shift = 0;
  NodeId node = kNone;
};
std::optional<Shifted> shiftedOf(const PatternView& view, ValueId id);

/// ReduceMean or (ReduceSum times 1 / n) over the last axes with the extents kept.
struct TrailingMean {
  ValueId of = kNone;
  std::size_t firstAxis = 0;
  std::vector<NodeId> nodes;
};
std::optional<TrailingMean> trailingMeanOf(const PatternView& view, ValueId id);

}  // namespace ew::lowering
