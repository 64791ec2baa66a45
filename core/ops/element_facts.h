// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/ops/extent.h"
#include "core/ops/op.h"

namespace ew::ops {

/// The elements of an operand of shape arithmetic: each an expression, or nothing where it is not known. Bools are 0
/// and 1; floats are there where they are whole numbers.
using Elements = std::vector<std::optional<Extent>>;

/// Of input `index`; nothing when nothing is known of it, or when it is too long to be a shape.
std::optional<Elements> elementsOf(const InferContext& context, std::size_t index);
/// The same of an input of one element.
std::optional<Extent> elementOf(const InferContext& context, std::size_t index);
void setElements(InferContext& context, const Elements& elements, std::size_t output = 0);

/// Output 0 element by element from inputs 0 and 1, of which one may be a single element for all.
using ElementPair = std::function<std::optional<Extent>(const Extent&, const Extent&)>;
void joinElements(InferContext& context, const ElementPair& join);
/// Output 0 element by element from input 0.
using ElementMap = std::function<std::optional<Extent>(const Extent&)>;
void mapElements(InferContext& context, const ElementMap& map);
/// Output 0, one element, from all elements of input 0.
void reduceElements(InferContext& context, const ElementPair& join);
/// All inputs joined one after another.
void foldElements(InferContext& context, const ElementPair& join);

/// 1 or 0 when the comparison comes out the same for all values of the symbols.
std::optional<Extent> isEqual(const Extent& a, const Extent& b);
std::optional<Extent> isLess(const Extent& a, const Extent& b);
std::optional<Extent> isLessOrEqual(const Extent& a, const Extent& b);
/// The sum, difference and product of the operators; the quotient of Div rounds towards zero.
std::optional<Extent> elementSum(const Extent& a, const Extent& b);
std::optional<Extent> elementDifference(const Extent& a, const Extent& b);
std::optional<Extent> elementProduct(const Extent& a, const Extent& b);
std::optional<Extent> elementQuotient(const Extent& a, const Extent& b);
std::optional<Extent> elementRemainder(const Extent& a, const Extent& b);

}  // namespace ew::ops
