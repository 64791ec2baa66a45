// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ops/resize_axis.h"

namespace ew::ops {

/// X resized along `axes` (one for each axis of X). Nearest keeps any element type; the others compute in double and take
/// every number.
Result<Tensor> resample(const Tensor& X, const std::vector<ResizeAxis>& axes, const ResizeMode& mode);

/// Output 0 of a resize whose scales are known, or nothing but the rank: the inference that Resize and Upsample share.
Status inferScaled(InferContext& context, const std::optional<std::vector<float>>& scales);

/// The values of a constant float32 input; nothing when it is absent, empty, dynamic or of another type.
std::optional<std::vector<float>> constantFloats(const InferContext& context, std::size_t index);

}  // namespace ew::ops
