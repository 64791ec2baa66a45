// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/recipe/runner.h"

namespace ew::bundle {

/// Recorded inputs of the optimized model with the outputs that it gave.
struct GoldenVector {
  std::vector<Tensor> inputs, outputs;
};

/// The first evaluation samples, or drawn inputs when there is no data, run on the cpu backend by fixed rules.
Result<std::vector<GoldenVector>> recordGolden(const Graph& graph, const recipe::Recipe& recipe, const BackendSet& backends);

/// Runs the inputs again. The largest error relative to each output's largest magnitude; Differs when it is over 1e-4
/// or when a type or shape is another.
Result<double> replayGolden(const Graph& graph, const std::vector<GoldenVector>& vectors, const std::string& requantization,
                            const BackendSet& backends);

}  // namespace ew::bundle
