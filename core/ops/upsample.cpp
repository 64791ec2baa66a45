// SPDX-License-Identifier: Apache-2.0
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/resample.h"

namespace ew::ops {
namespace {

// Version 1 has one scale for the height and one for the width, version 7 all scales as an attribute, version 9 as input 1; Resize took its place in version 10.

std::vector<float> scalesOfVersion1(const Node& node) {
  return {1, 1, node.attributes.getFloat("height_scale", 1), node.attributes.getFloat("width_scale", 1)};
}

Status inferVersion1(InferContext& context) { return inferScaled(context, scalesOfVersion1(context.node)); }
Status inferVersion7(InferContext& context) { return inferScaled(context, context.node.attributes.getFloats("scales")); }
Status infer(InferContext& context) { return inferScaled(context, constantFloats(context, 1)); }

Status upsample(ComputeContext& context, std::span<const float> scales) {
  EW_ASSIGN(const ResizeMode mode, resizeMode(context.node, true));
  EW_ASSIGN(const std::vector<ResizeAxis> axes, resizeAxes(context.node, context.inputs[0].dims(), scales, {}, {}));
  EW_ASSIGN(context.outputs[0], resample(context.inputs[0], axes, mode));
  return {};
}

Status computeVersion1(ComputeContext& context) { return upsample(context, scalesOfVersion1(context.node)); }
Status computeVersion7(ComputeContext& context) { return upsample(context, context.node.attributes.getFloats("scales")); }

Status compute(ComputeContext& context) {
  if (context.inputs[1].dtype() != DType::f32) return typeRefused(context.inputs[1].dtype());
  return upsample(context, context.inputs[1].data<float>());
}

Cost cost(const Node& node, std::span<const Dims>, std::span<const Dims> outputs) {
  return {0, work({node.attributes.getString("mode", "nearest") == "nearest" ? 1 : 8, elementsFrom(outputs[0], 0)})};
}

}  // namespace

OpDef upsampleVersion1Op() {
  return {.name = "Upsample", .lastVersion = 6, .infer = inferVersion1, .compute = computeVersion1, .cost = cost};
}
OpDef upsampleVersion7Op() {
  return {.name = "Upsample", .sinceVersion = 7, .lastVersion = 8, .infer = inferVersion7, .compute = computeVersion7, .cost = cost};
}
OpDef upsampleOp() {
  return {.name = "Upsample", .sinceVersion = 9, .lastVersion = 9, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2};
}

}  // namespace ew::ops
