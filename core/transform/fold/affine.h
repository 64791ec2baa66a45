// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "core/transform/fold/rule.h"

namespace ew::transform {

/// y = factor * x + offset for each channel.
struct ChannelAffine {
  std::vector<double> factor, offset;
  bool movesZero() const { return std::any_of(offset.begin(), offset.end(), [](double x) { return x != 0; }); }
};

/// Output channels of a convolution, transposed convolution, Gemm or MatMul whose constants can take an affine map; none
/// with the reason otherwise.
struct AffineTarget {
  std::int64_t channels = 0;
  bool takesOffset = false;  ///< false: only maps that keep zero
  std::size_t axis = 1;      ///< of its output that counts the channels
  Reason reason;
  explicit operator bool() const { return channels > 0; }
  bool takes(const ChannelAffine& map) const { return channels > 0 && (takesOffset || !map.movesZero()); }
};
AffineTarget affineTarget(const FoldContext& context, const Node& node);

/// Multiplies the weights and adds to the bias of a node for which affineTarget() said yes. Constants that others
/// read stay as they are: the node gets its own. Computed in double and rounded once.
Status absorbAffine(GraphEdit& edit, NodeId id, const ChannelAffine& map);

/// scale / sqrt(var + epsilon) and B - mean * factor of a BatchNormalization at inference; nothing when an operand is no
/// constant of the right size, or it is in training.
std::optional<ChannelAffine> normalizationMap(const Graph& graph, const Node& node);

/// An Add, Sub, Mul or Div with a constant that varies along one axis at most, as a map of the operand `x`.
struct AffineNode {
  ValueId x = kNone;
  std::optional<std::size_t> axis;  ///< of x; nothing: one number for all
  ChannelAffine map;                ///< with one entry where there is no axis
};
std::optional<AffineNode> affineArithmetic(const FoldContext& context, const Node& node);

}  // namespace ew::transform
