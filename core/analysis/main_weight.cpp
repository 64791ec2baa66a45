// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/analysis.h"
#include "core/analysis/weights.h"

namespace ew::analysis {

std::optional<Weight> mainWeight(const Graph& graph, const Node& node) {
  const std::vector<WeightRef> weights = weightsOf(graph, node);
  if (weights.empty()) return std::nullopt;
  Result<Tensor> floats = dequantized(weights.front());
  if (!floats.ok()) return std::nullopt;
  return Weight{weights.front().value, *weights.front().stored, std::move(floats).value(), weights.front().channelAxis};
}

}  // namespace ew::analysis
