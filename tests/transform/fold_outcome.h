// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/transform/fold/fold.h"

namespace ew::test {

struct FoldOutcome {
  Graph graph;
  std::vector<std::string> operators;  ///< in execution order
  std::vector<transform::NodeVerdict> verdicts;
};

/// Folds, and expects the outputs to stay within `tolerance` of what they were, relative to their range.
FoldOutcome foldKeeping(const Graph& before, double tolerance, const transform::FoldOptions& options = {});

}  // namespace ew::test
