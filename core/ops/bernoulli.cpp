// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cast_elements.h"
#include "core/ops/node_type.h"
#include "core/ops/random.h"

namespace ew::ops {
namespace {

Status compute(ComputeContext& context) {
  EW_ASSIGN(const DType type, typeAttribute(context.node, "dtype", context.inputs[0].dtype()));
  EW_ASSIGN(const std::vector<double> odds, toDoubles(context.inputs[0]));
  EW_ASSIGN(Tensor drawn, Tensor::create(DType::u8, context.inputs[0].dims()));
  Random random = randomOf(context.node);
  for (std::size_t i = 0; i < odds.size(); ++i) drawn.mutableData<std::uint8_t>()[i] = random.uniform() < odds[i] ? 1 : 0;
  EW_ASSIGN(context.outputs[0], castElements(drawn, type));
  return {};
}

}  // namespace

OpDef bernoulliOp() {
  return {.name = "Bernoulli", .sinceVersion = 15, .infer = inferRandomLike, .compute = compute, .deterministic = false, .mostInputs = 1};
}

}  // namespace ew::ops
