// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/ops/op.h"

namespace ew::ops {

/// How the inputs of a Scan divide, after the first `before` of them.
struct ScanCounts {
  std::size_t states = 0, scanInputs = 0;
};
Result<ScanCounts> scanCounts(const Node& node, std::size_t before);

/// One scan of the body over a sequence.
struct ScanPass {
  std::vector<Tensor> states, scanInputs;
  std::vector<std::int64_t> inputDirections, outputDirections;  ///< 1: from the end; missing entries are 0
  std::vector<std::int64_t> inputAxes, outputAxes;              ///< missing entries are 0
  std::optional<std::int64_t> length;                           ///< so many steps where the inputs have more
};
/// The final states and then the scan outputs: one for each output of the node.
Result<std::vector<Tensor>> runScan(ComputeContext& context, ScanPass scan);

}  // namespace ew::ops
