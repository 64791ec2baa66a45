// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "core/ops/broadcast.h"
#include "core/ops/element_facts.h"
#include "core/ops/inference.h"
#include "core/ops/int_operand.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  auto elements = context.knownElements(1);
  if (!context.inputs[0].shape) return {};
  if (!elements) {
    // The rank may be known where the extents are not.
    const auto& operand = context.inputs[1].shape;
    if (!operand || operand->rank() != 1 || !(*operand)[0].known() || (*operand)[0].extent > 64) return {};
    elements = std::vector<Dim>(static_cast<std::size_t>((*operand)[0].extent));
  }
  if (const auto element = elementOf(context, 0)) {
    const auto count = Shape(*elements).elements();
    if (count && *count <= 64) setElements(context, Elements(static_cast<std::size_t>(*count), *element));
  }
  EW_ASSIGN(context.outputs[0].shape, broadcastShapes(std::array{*context.inputs[0].shape, Shape(*elements)}));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& input = context.inputs[0];
  EW_ASSIGN(const std::vector<std::int64_t> shape, intsOf(context.inputs[1], "shape"));
  for (const std::int64_t extent : shape)
    if (extent < 0) return invalid("shape has the entry " + std::to_string(extent));
  EW_ASSIGN(Dims dims, broadcastDims(input.dims(), shape));
  Layout layout{0, broadcastStrides(input.dims(), dims)};
  EW_ASSIGN(context.outputs[0], gathered(input, layout, std::move(dims)));
  return {};
}

}  // namespace

OpDef expandOp() {
  return {.name = "Expand", .sinceVersion = 8, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 2};
}

}  // namespace ew::ops
