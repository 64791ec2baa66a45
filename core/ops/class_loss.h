// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/op.h"

namespace ew::ops {

/// What NegativeLogLikelihoodLoss and SoftmaxCrossEntropyLoss share. Inputs: log-probabilities or scores [N, C, d...],
/// target class [N, d...], optional weight [C]; attributes reduction (none, sum, mean) and ignore_index.

/// Output 0: a scalar, or with reduction "none" the shape of the target; the type of input 0.
Status inferClassLoss(InferContext& context);
/// Output 0 from `logarithms` in the place of input 0: -weight[t] * logarithms[n, t, d...], reduced. The mean divides by
/// the weights of what was counted. Invalid when shapes do not fit or a class lies outside 0 .. C - 1.
Status computeClassLoss(ComputeContext& context, const Tensor& logarithms);

}  // namespace ew::ops
