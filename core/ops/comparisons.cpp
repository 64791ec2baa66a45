// SPDX-License-Identifier: Apache-2.0
// Equal, Greater, GreaterOrEqual, Less, LessOrEqual: one line each.
#include <functional>
#include <string>

#include "core/ops/element_facts.h"
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"
#include "core/ops/legacy_broadcast.h"

namespace ew::ops {
namespace {

template <auto F>
Status compare(ComputeContext& context) {
  EW_TRY(alignLegacyOperand(context));
  const Tensor& a = context.inputs[0];
  const Tensor& b = context.inputs[1];
  EW_ASSIGN(Tensor out, broadcastOutput(context, DType::boolean));
  EW_TRY(dispatchNumber(a.dtype(), [&]<class T>() { mapPairs<T, bool>(a, b, out, F); }));
  context.outputs[0] = std::move(out);
  return {};
}

Status equalTexts(ComputeContext& context) {
  const std::vector<std::string>& a = context.inputs[0].stringData();
  const std::vector<std::string>& b = context.inputs[1].stringData();
  EW_ASSIGN(Tensor out, broadcastOutput(context, DType::boolean));
  Walk<2> walk(out.dims(), {broadcastStrides(context.inputs[0].dims(), out.dims()), broadcastStrides(context.inputs[1].dims(), out.dims())});
  for (bool& element : out.mutableData<bool>()) {
    element = a[static_cast<std::size_t>(walk.offset(0))] == b[static_cast<std::size_t>(walk.offset(1))];
    walk.next();
  }
  context.outputs[0] = std::move(out);
  return {};
}

Status computeEqual(ComputeContext& context) {
  const DType type = context.inputs[0].dtype();
  const bool sameType = type == context.inputs[1].dtype();
  if (type == DType::string && sameType) return equalTexts(context);
  if (type == DType::boolean && sameType) {
    EW_TRY(alignLegacyOperand(context));
    EW_ASSIGN(Tensor out, broadcastOutput(context, DType::boolean));
    // Bytes from a file may be others than 0 and 1.
    mapPairs<std::uint8_t, bool>(context.inputs[0], context.inputs[1], out, [](auto a, auto b) { return (a != 0) == (b != 0); });
    context.outputs[0] = std::move(out);
    return {};
  }
  return compare<std::equal_to<>{}>(context);
}

template <auto Decide>
Status inferDecided(InferContext& context) {
  EW_TRY(alignLegacyOperand(context));
  joinElements(context, Decide);
  return inferBroadcastBool(context);
}

constexpr auto isGreater = [](const Extent& a, const Extent& b) { return isLess(b, a); };
constexpr auto isGreaterOrEqual = [](const Extent& a, const Extent& b) { return isLessOrEqual(b, a); };

OpDef define(std::string_view name, InferFn infer, ComputeFn compute, int sinceVersion = 1) {
  return {.name = name, .sinceVersion = sinceVersion, .infer = infer, .compute = compute, .requiredInputs = 2, .mostInputs = 2};
}

}  // namespace

OpDef equalOp() { return define("Equal", inferDecided<isEqual>, computeEqual); }
OpDef greaterOp() { return define("Greater", inferDecided<isGreater>, compare<std::greater<>{}>); }
OpDef greaterOrEqualOp() { return define("GreaterOrEqual", inferDecided<isGreaterOrEqual>, compare<std::greater_equal<>{}>, 12); }
OpDef lessOp() { return define("Less", inferDecided<isLess>, compare<std::less<>{}>); }
OpDef lessOrEqualOp() { return define("LessOrEqual", inferDecided<isLessOrEqual>, compare<std::less_equal<>{}>, 12); }

}  // namespace ew::ops
