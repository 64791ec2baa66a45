// SPDX-License-Identifier: Apache-2.0
// And, Or, Xor, Not. Operands are read as bytes, since a file may hold others than 0 and 1.
#include "core/ops/element_facts.h"
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"
#include "core/ops/legacy_broadcast.h"

namespace ew::ops {
namespace {

Status requireBool(const Tensor& tensor, const char* name) {
  if (tensor.dtype() == DType::boolean) return {};
  return invalid(std::string(name) + " must be bool, not " + std::string(dtypeName(tensor.dtype())));
}

template <auto F>
Status join(ComputeContext& context) {
  EW_TRY(requireBool(context.inputs[0], "A"));
  EW_TRY(requireBool(context.inputs[1], "B"));
  EW_TRY(alignLegacyOperand(context));
  EW_ASSIGN(Tensor out, broadcastOutput(context, DType::boolean));
  mapPairs<std::uint8_t, bool>(context.inputs[0], context.inputs[1], out, [](auto a, auto b) { return F(a != 0, b != 0); });
  context.outputs[0] = std::move(out);
  return {};
}

Status negate(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  EW_TRY(requireBool(x, "X"));
  EW_ASSIGN(Tensor out, Tensor::create(DType::boolean, x.dims()));
  const std::span<const std::uint8_t> from = x.data<std::uint8_t>();
  const std::span<bool> to = out.mutableData<bool>();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i] == 0;
  context.outputs[0] = std::move(out);
  return {};
}

Status infer(InferContext& context) {
  EW_TRY(alignLegacyOperand(context));
  return inferBroadcastBool(context);
}

Status inferNot(InferContext& context) {
  mapElements(context, [](const Extent& x) { return Extent(1) - x; });
  return inferBroadcastBool(context);
}

OpDef define(std::string_view name, ComputeFn compute) {
  return {.name = name, .infer = infer, .compute = compute, .requiredInputs = 2, .mostInputs = 2};
}

}  // namespace

OpDef andOp() { return define("And", join<[](bool a, bool b) { return a && b; }>); }
OpDef notOp() { return {.name = "Not", .infer = inferNot, .compute = negate, .mostInputs = 1}; }
OpDef orOp() { return define("Or", join<[](bool a, bool b) { return a || b; }>); }
OpDef xorOp() { return define("Xor", join<[](bool a, bool b) { return a != b; }>); }

}  // namespace ew::ops
