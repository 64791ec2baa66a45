// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ops/op.h"

namespace ew::ops {

/// Applies the activation that attribute `activation` of a fused operator names (none when it is absent or empty), with
/// its parameters in order: LeakyRelu alpha; HardSigmoid alpha, beta; Clip least, most. Unsupported for other names.
Status applyActivation(const Node& node, const std::vector<float>& parameters, Tensor& values);

}  // namespace ew::ops
