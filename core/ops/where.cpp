// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/ops/broadcast.h"
#include "core/ops/element_facts.h"
#include "core/ops/inference.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

void inferElements(InferContext& context) {
  const auto condition = elementsOf(context, 0), yes = elementsOf(context, 1), no = elementsOf(context, 2);
  if (!condition || !yes || !no) return;
  const std::size_t count = std::max({condition->size(), yes->size(), no->size()});
  for (const auto* operand : {&*condition, &*yes, &*no})
    if (operand->size() != count && operand->size() != 1) return;
  const auto at = [](const Elements& elements, std::size_t i) { return elements[elements.size() == 1 ? 0 : i]; };
  Elements out;
  for (std::size_t i = 0; i < count; ++i) {
    const auto choice = at(*condition, i);
    const auto left = at(*yes, i), right = at(*no, i);
    if (choice && choice->number()) out.push_back(*choice->number() != 0 ? left : right);
    else out.push_back(left == right ? left : std::nullopt);
  }
  setElements(context, out);
}

Status infer(InferContext& context) {
  EW_TRY(inferBroadcast(context));
  context.outputs[0].dtype = context.inputs[1].dtype;
  inferElements(context);
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& condition = context.inputs[0];
  const Tensor& x = context.inputs[1];
  const Tensor& y = context.inputs[2];
  if (condition.dtype() != DType::boolean) return invalid("condition must be bool, not " + std::string(dtypeName(condition.dtype())));
  if (x.dtype() != y.dtype()) return invalid("X and Y differ in element type");
  EW_ASSIGN(Dims dims, broadcastDims(x.dims(), y.dims()));
  EW_ASSIGN(dims, broadcastDims(condition.dims(), dims));
  EW_ASSIGN(Tensor out, Tensor::create(x.dtype(), dims));
  const std::span<const std::uint8_t> choose = condition.data<std::uint8_t>();
  const RunCopier copyX(x, out), copyY(y, out);
  Walk<3> walk(dims, {broadcastStrides(condition.dims(), dims), broadcastStrides(x.dims(), dims), broadcastStrides(y.dims(), dims)});
  for (std::int64_t i = 0; i < out.size(); ++i, walk.next()) {
    if (choose[static_cast<std::size_t>(walk.offset(0))] != 0) copyX(walk.offset(1), i, 1);
    else copyY(walk.offset(2), i, 1);
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef whereOp() { return {.name = "Where", .sinceVersion = 9, .infer = infer, .compute = compute, .requiredInputs = 3, .mostInputs = 3}; }

}  // namespace ew::ops
