// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/transform/fold/rule.h"

namespace ew::transform {

/// y = factor * x + offset for each output channel.
struct ChannelAffine {
  std::vector<double> factor, offset;
};

/// Output channels of a convolution, transposed convolution or Gemm whose constants can take an affine map; nothing
/// with the reason otherwise.
struct AffineTarget {
  std::int64_t channels = 0;
  Reason reason;
  explicit operator bool() const { return channels > 0; }
};
AffineTarget affineTarget(const Graph& graph, const Node& node);

/// Multiplies the weights and adds to the bias of a node for which affineTarget() said yes. Constants that others
/// read stay as they are: the node gets its own. Computed in double and rounded once.
Status absorbAffine(GraphEdit& edit, NodeId id, const ChannelAffine& map);

}  // namespace ew::transform
