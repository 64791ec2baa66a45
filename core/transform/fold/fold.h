// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/transform/pass.h"

namespace ew::transform {

struct FoldOptions {
  std::int64_t constantByteBudget = std::int64_t{64} << 20;  ///< largest constant that folding may create
};

/// Constant sub-graphs are computed, identities and inference-time dropouts removed, BatchNormalization (and
/// constant Mul/Add per channel) folded into the convolution or Gemm before it.
Result<PassResult> fold(const Graph& graph, const FoldOptions& options, Progress& progress);

}  // namespace ew::transform
