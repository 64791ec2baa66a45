// SPDX-License-Identifier: Apache-2.0
#include "core/ops/element_facts.h"

#include <algorithm>
#include <cmath>

namespace ew::ops {
namespace {

constexpr std::int64_t maxElements = 256;  // a shape has few entries

std::optional<Extent> wholeNumber(double value) {
  constexpr double most = 9e15;  // doubles beyond it are not exact
  if (std::floor(value) != value || std::fabs(value) > most) return std::nullopt;
  return Extent(static_cast<std::int64_t>(value));
}

Elements constantElements(const Tensor& constant) {
  if (isInteger(constant.dtype())) {
    if (const auto ints = toInts(constant); ints.ok()) return Elements(ints->begin(), ints->end());
    return {};
  }
  const auto numbers = toDoubles(constant);
  if (!numbers.ok()) return {};
  Elements out;
  for (const double number : *numbers) out.push_back(wholeNumber(number));
  return out;
}

/// Most operands are no shapes: nothing is known of their elements.
bool mayKnow(const InferContext& context, std::size_t index) {
  return index < context.inputs.size() && (context.inputs[index].constant != nullptr || context.inputs[index].elements != nullptr);
}

std::optional<Extent> truth(bool value) { return Extent(value ? 1 : 0); }

}  // namespace

std::optional<Elements> elementsOf(const InferContext& context, std::size_t index) {
  if (index >= context.inputs.size()) return std::nullopt;
  const ValueFacts& input = context.inputs[index];
  if (input.constant != nullptr) {
    if (input.constant->size() > maxElements) return std::nullopt;
    Elements out = constantElements(*input.constant);
    return out.empty() ? std::nullopt : std::optional(std::move(out));
  }
  if (input.elements == nullptr || input.elements->empty() || input.elements->size() > maxElements) return std::nullopt;
  Elements out;
  for (const Dim& dim : *input.elements) out.push_back(Extent::of(dim));
  return out;
}

std::optional<Extent> elementOf(const InferContext& context, std::size_t index) {
  const auto elements = elementsOf(context, index);
  return elements && elements->size() == 1 ? (*elements)[0] : std::nullopt;
}

void setElements(InferContext& context, const Elements& elements, std::size_t output) {
  const auto known = [](const std::optional<Extent>& element) { return element.has_value(); };
  if (std::ranges::none_of(elements, known)) return;
  std::vector<Dim> dims;
  for (const auto& element : elements) dims.push_back(element ? element->dim() : Dim());
  context.outputs[output].elements = std::move(dims);
}

void joinElements(InferContext& context, const ElementPair& join) {
  if (!mayKnow(context, 0) || !mayKnow(context, 1)) return;
  const auto a = elementsOf(context, 0), b = elementsOf(context, 1);
  if (!a || !b || (a->size() != b->size() && a->size() != 1 && b->size() != 1)) return;
  Elements out;
  for (std::size_t i = 0; i < std::max(a->size(), b->size()); ++i) {
    const auto& left = (*a)[a->size() == 1 ? 0 : i];
    const auto& right = (*b)[b->size() == 1 ? 0 : i];
    out.push_back(left && right ? join(*left, *right) : std::nullopt);
  }
  setElements(context, out);
}

void mapElements(InferContext& context, const ElementMap& map) {
  auto elements = elementsOf(context, 0);
  if (!elements) return;
  for (auto& element : *elements)
    if (element) element = map(*element);
  setElements(context, *elements);
}

void reduceElements(InferContext& context, const ElementPair& join) {
  const auto& shape = context.outputs[0].shape;
  const auto elements = elementsOf(context, 0);
  if (!elements || !shape || shape->elements() != 1) return;
  std::optional<Extent> out = (*elements)[0];
  for (std::size_t i = 1; i < elements->size() && out; ++i) out = (*elements)[i] ? join(*out, *(*elements)[i]) : std::nullopt;
  setElements(context, {out});
}

void foldElements(InferContext& context, const ElementPair& join) {
  for (std::size_t input = 0; input < context.inputs.size(); ++input)
    if (!mayKnow(context, input)) return;
  std::optional<Elements> out = elementsOf(context, 0);
  for (std::size_t input = 1; input < context.inputs.size() && out; ++input) {
    const auto next = elementsOf(context, input);
    if (!next || (next->size() != out->size() && next->size() != 1 && out->size() != 1)) return;
    if (out->size() == 1) out->resize(next->size(), (*out)[0]);
    for (std::size_t i = 0; i < out->size(); ++i) {
      const auto& right = (*next)[next->size() == 1 ? 0 : i];
      (*out)[i] = (*out)[i] && right ? join(*(*out)[i], *right) : std::nullopt;
    }
  }
  if (out) setElements(context, *out);
}

std::optional<Extent> isEqual(const Extent& a, const Extent& b) {
  if (a == b) return truth(true);
  const bool apart = (a - b && (*(a - b)).number()) || isLess(a, b) == Extent(1) || isLess(b, a) == Extent(1);
  return apart ? truth(false) : std::nullopt;
}

std::optional<Extent> isLess(const Extent& a, const Extent& b) {
  if (a.neverBelow(b)) return truth(false);
  const auto next = a + Extent(1);
  return next && b.neverBelow(*next) ? truth(true) : std::nullopt;
}

std::optional<Extent> isLessOrEqual(const Extent& a, const Extent& b) {
  const auto less = isLess(b, a);
  return less ? truth(*less == Extent(0)) : std::nullopt;
}

std::optional<Extent> elementSum(const Extent& a, const Extent& b) { return a + b; }
std::optional<Extent> elementDifference(const Extent& a, const Extent& b) { return a - b; }
std::optional<Extent> elementProduct(const Extent& a, const Extent& b) { return a * b; }

std::optional<Extent> elementQuotient(const Extent& a, const Extent& b) {
  // Below zero, rounding down is another thing.
  return a.neverNegative() && b.neverNegative() ? floorQuotient(a, b) : std::nullopt;
}

std::optional<Extent> elementRemainder(const Extent& a, const Extent& b) {
  const auto quotient = b.number().value_or(0) > 0 && a.neverNegative() ? floorQuotient(a, b) : std::nullopt;
  const auto whole = quotient ? *quotient * b : std::nullopt;
  return whole ? a - *whole : std::nullopt;
}

}  // namespace ew::ops
