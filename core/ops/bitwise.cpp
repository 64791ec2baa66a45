// SPDX-License-Identifier: Apache-2.0
// BitwiseAnd, BitwiseNot, BitwiseOr, BitwiseXor and BitShift.
#include <limits>
#include <type_traits>

#include "core/ops/elementwise.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

template <auto F>
Status join(ComputeContext& context) {
  EW_ASSIGN(Tensor out, broadcastOutput(context, context.inputs[0].dtype()));
  EW_TRY(dispatchInteger(out.dtype(), [&]<class T>() { mapPairs<T, T>(context.inputs[0], context.inputs[1], out, F); }));
  context.outputs[0] = std::move(out);
  return {};
}

Status invert(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_ASSIGN(Tensor out, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchInteger(x.dtype(), [&]<class T>() { mapElements<T>(x, out, [](T a) { return static_cast<T>(~a); }); }));
  context.outputs[0] = std::move(out);
  return {};
}

/// Bits shifted out are gone; a shift by a negative amount, or by the width or more, leaves what the sign fills in.
template <bool Left>
constexpr auto shift = [](auto a, auto by) {
  using T = decltype(a);
  if (by < 0 || static_cast<std::uint64_t>(by) >= 8 * sizeof(T)) return static_cast<T>(!Left && a < 0 ? -1 : 0);
  if constexpr (!Left && std::is_signed_v<T>) return static_cast<T>(a >> by);
  const auto bits = static_cast<std::uint64_t>(a);
  return static_cast<T>(Left ? bits << static_cast<std::uint64_t>(by) : bits >> static_cast<std::uint64_t>(by));
};

Status bitShift(ComputeContext& context) {
  const std::string direction = context.node.attributes.getString("direction", "");
  if (direction == "LEFT") return join<shift<true>>(context);
  if (direction == "RIGHT") return join<shift<false>>(context);
  return invalid("direction is '" + direction + "', not LEFT or RIGHT");
}

OpDef define(std::string_view name, ComputeFn compute, int sinceVersion = 18) {
  return {.name = name, .sinceVersion = sinceVersion, .infer = inferBroadcast, .compute = compute, .requiredInputs = 2, .mostInputs = 2};
}

}  // namespace

OpDef bitShiftOp() { return define("BitShift", bitShift, 11); }
OpDef bitwiseAndOp() { return define("BitwiseAnd", join<[](auto a, auto b) { return a & b; }>); }
OpDef bitwiseNotOp() { return {.name = "BitwiseNot", .sinceVersion = 18, .infer = inferSameAsInput, .compute = invert}; }
OpDef bitwiseOrOp() { return define("BitwiseOr", join<[](auto a, auto b) { return a | b; }>); }
OpDef bitwiseXorOp() { return define("BitwiseXor", join<[](auto a, auto b) { return a ^ b; }>); }

}  // namespace ew::ops
