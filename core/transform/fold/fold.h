// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/transform/pass.h"

namespace ew::transform {

struct FoldOptions {
  std::int64_t constantByteBudget = std::int64_t{1} << 20;  ///< by so much folding may grow the constants of the model
};

/// What can be computed before running is (the arithmetic of shapes too), what does nothing goes, pairs that undo each
/// other go, equal nodes and constants become one, normalization and constant arithmetic move into the weights beside
/// them, and patterns become the operator that they spell where the model's opset has it. Inputs and outputs keep their
/// names, types and shapes. Every change and every refusal is in the verdicts.
Result<PassResult> fold(const Graph& graph, const FoldOptions& options, Progress& progress);

}  // namespace ew::transform
