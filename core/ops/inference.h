// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/ops/op.h"

namespace ew::ops {

/// Output 0 has the element type and shape of input 0.
Status inferSameAsInput(InferContext& context);
/// Output 0 is the broadcast of all inputs and has the element type of input 0.
Status inferBroadcast(InferContext& context);
/// The same with element type bool: comparisons.
Status inferBroadcastBool(InferContext& context);

/// numpy broadcasting where extents may be dynamic: an extent that cannot be told is "?". Invalid when it cannot be right.
Result<Shape> broadcastShapes(std::span<const Shape> shapes);
/// Two extents that must be equal, joined to the more precise; Invalid when both are known and differ.
Result<Dim> mergedDim(const Dim& a, const Dim& b, const std::string& what);

/// The shape of input `index` when its rank is known and is in [least, most]; nothing when the rank is not known;
/// Invalid when it is another.
Result<std::optional<Shape>> rankedShape(const InferContext& context, std::size_t index, std::size_t least, std::size_t most = 64);

}  // namespace ew::ops
