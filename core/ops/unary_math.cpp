// SPDX-License-Identifier: Apache-2.0
// Mathematical functions of one operand, element by element: one line each.
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "core/ops/element_facts.h"
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

template <auto F>
Status computeFloat(ComputeContext& context) {
  return unaryFloat(context, F);
}

template <auto F>
Status computeNumber(ComputeContext& context) {
  return unaryNumber(context, F);
}

/// -x, where the lowest integer stays as it is instead of overflowing.
template <class T>
T negated(T x) {
  if constexpr (std::is_integral_v<T>) return static_cast<T>(0 - static_cast<std::uint64_t>(x));
  else return -x;
}

constexpr auto absolute = [](auto x) {
  using T = decltype(x);
  if constexpr (std::is_unsigned_v<T>) return x;
  else if constexpr (std::is_integral_v<T>) return x < 0 ? negated(x) : x;
  else return std::fabs(x);
};
constexpr auto sign = [](auto x) {
  using T = decltype(x);
  if (x > T{0}) return T{1};
  if constexpr (std::is_unsigned_v<T>) return x;
  else return x < T{0} ? static_cast<T>(-1) : x;  // NaN and zero stay
};

/// Whole numbers are what they were after rounding.
Status inferRounded(InferContext& context) {
  mapElements(context, [](const Extent& x) { return std::optional(x); });
  return inferSameAsInput(context);
}

Status inferAbs(InferContext& context) {
  mapElements(context, [](const Extent& x) { return x.neverNegative() ? std::optional(x) : std::nullopt; });
  return inferSameAsInput(context);
}

Status inferNeg(InferContext& context) {
  mapElements(context, [](const Extent& x) { return Extent(0) - x; });
  return inferSameAsInput(context);
}

}  // namespace

OpDef absOp() { return {.name = "Abs", .infer = inferAbs, .compute = computeNumber<absolute>}; }
OpDef acosOp() { return {.name = "Acos", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::acos(x); }>}; }
OpDef acoshOp() { return {.name = "Acosh", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::acosh(x); }>}; }
OpDef asinOp() { return {.name = "Asin", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::asin(x); }>}; }
OpDef asinhOp() { return {.name = "Asinh", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::asinh(x); }>}; }
OpDef atanOp() { return {.name = "Atan", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::atan(x); }>}; }
OpDef atanhOp() { return {.name = "Atanh", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::atanh(x); }>}; }
OpDef ceilOp() { return {.name = "Ceil", .infer = inferRounded, .compute = computeFloat<[](auto x) { return std::ceil(x); }>}; }
OpDef cosOp() { return {.name = "Cos", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::cos(x); }>}; }
OpDef coshOp() { return {.name = "Cosh", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::cosh(x); }>}; }
OpDef expOp() { return {.name = "Exp", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::exp(x); }>}; }
OpDef floorOp() { return {.name = "Floor", .infer = inferRounded, .compute = computeFloat<[](auto x) { return std::floor(x); }>}; }
OpDef logOp() { return {.name = "Log", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::log(x); }>}; }
OpDef negOp() { return {.name = "Neg", .infer = inferNeg, .compute = computeNumber<[](auto x) { return negated(x); }>}; }
OpDef reciprocalOp() { return {.name = "Reciprocal", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return 1 / x; }>}; }
OpDef roundOp() { return {.name = "Round", .infer = inferRounded, .compute = computeFloat<[](auto x) { return std::nearbyint(x); }>}; }
OpDef signOp() { return {.name = "Sign", .infer = inferSameAsInput, .compute = computeNumber<sign>}; }
OpDef sinOp() { return {.name = "Sin", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::sin(x); }>}; }
OpDef sinhOp() { return {.name = "Sinh", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::sinh(x); }>}; }
OpDef sqrtOp() { return {.name = "Sqrt", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::sqrt(x); }>}; }
OpDef tanOp() { return {.name = "Tan", .infer = inferSameAsInput, .compute = computeFloat<[](auto x) { return std::tan(x); }>}; }

}  // namespace ew::ops
