// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/graph/graph.h"

namespace ew::ops {

/// What a conversion may vary in.
struct CastRules {
  bool saturate = true;          ///< 8-bit floats: out of range becomes the largest number, not infinity or NaN
  bool truncateBFloat16 = false; ///< float to bfloat16 drops bits instead of rounding
  E8M0Rounding e8m0 = E8M0Rounding::Up;
};
/// The rules of a Cast or CastLike node. Up to opset 18 ONNX's conformance data truncates to bfloat16.
CastRules castRules(const Node& node, std::int64_t opset);

/// The same elements in another type, as ONNX's Cast says: floats round half to even, integers drop high bits, floats
/// become integers by truncation.
Result<Tensor> castElements(const Tensor& from, DType to, const CastRules& rules = {});

}  // namespace ew::ops
