// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "core/ops/op.h"

namespace ew::ops {

using ItemPtr = std::shared_ptr<const ItemFacts>;

/// What holds for both shapes: extents in which they differ are unknown; nothing when the ranks differ.
std::optional<Shape> commonShape(const std::optional<Shape>& a, const std::optional<Shape>& b);
/// What holds for the items of both sequences; nullptr when nothing is known of one, or their element types differ.
ItemPtr commonItem(const ItemPtr& a, const ItemPtr& b);

/// A tensor as an item.
ItemPtr itemOf(const ValueFacts& tensor);
/// What is taken out of a sequence or an optional.
InferContext::Output outputOfItem(const ItemPtr& item);

/// The items of a sequence; Invalid when the tensor is none.
Result<const std::vector<Tensor>*> sequenceItems(const Tensor& tensor, const std::string& name);
/// A sequence; Invalid when an item is no tensor or differs from the first in element type, Limit when there are too many.
Result<Tensor> makeSequence(std::vector<Tensor> items);
/// A position in a sequence, counted from the end when negative; the end itself is one when `allowEnd`.
Result<std::size_t> positionOf(const Tensor& tensor, std::size_t count, bool allowEnd);

}  // namespace ew::ops
