// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor.h"

namespace ew::ops {

/// The same elements in another type, as ONNX's Cast says: floats round half to even, integers drop high bits, floats
/// become integers by truncation. `saturate` is for the 8-bit floats.
Result<Tensor> castElements(const Tensor& from, DType to, bool saturate);

}  // namespace ew::ops
