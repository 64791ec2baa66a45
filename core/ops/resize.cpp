// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/resample.h"

namespace ew::ops {
namespace {

// Inputs since version 11: X, roi, scales, sizes; in version 10: X, scales.

Status inferVersion10(InferContext& context) { return inferScaled(context, constantFloats(context, 1)); }

Status infer(InferContext& context) {
  EW_TRY(inferScaled(context, constantFloats(context, 2)));
  const auto sizes = context.knownElements(3);
  std::optional<Shape>& shape = context.outputs[0].shape;
  if (!sizes || sizes->empty() || !shape) return {};
  std::vector<std::int64_t> every(shape->rank());
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = static_cast<std::int64_t>(i);
  EW_ASSIGN(const std::vector<std::size_t> which, normalizedAxes(context.node.attributes.getInts("axes", every), shape->rank()));
  if (sizes->size() != which.size()) return invalid(std::to_string(sizes->size()) + " sizes for " + std::to_string(which.size()) + " axes");
  if (context.node.attributes.getString("keep_aspect_ratio_policy", "stretch") != "stretch") return {};
  for (std::size_t i = 0; i < which.size(); ++i) (*shape)[which[i]] = (*sizes)[i];
  return {};
}

/// A float32 operand; empty when it is absent or has no elements.
Result<std::vector<float>> floats(const ComputeContext& context, std::size_t index) {
  if (!context.has(index) || context.inputs[index].size() == 0) return std::vector<float>();
  if (context.inputs[index].dtype() != DType::f32) return typeRefused(context.inputs[index].dtype());
  const auto values = context.inputs[index].data<float>();
  return std::vector<float>(values.begin(), values.end());
}

Status computeVersion10(ComputeContext& context) {
  EW_ASSIGN(const ResizeMode mode, resizeMode(context.node, true));
  EW_ASSIGN(const std::vector<float> scales, floats(context, 1));
  EW_ASSIGN(const std::vector<ResizeAxis> axes, resizeAxes(context.node, context.inputs[0].dims(), scales, {}, {}));
  EW_ASSIGN(context.outputs[0], resample(context.inputs[0], axes, mode));
  return {};
}

Status compute(ComputeContext& context) {
  EW_ASSIGN(const ResizeMode mode, resizeMode(context.node, false));
  EW_ASSIGN(const std::vector<float> scales, floats(context, 2));
  std::vector<std::int64_t> sizes;
  if (context.has(3) && scales.empty()) {
    EW_ASSIGN(sizes, toInts(context.inputs[3]));
  }
  std::vector<double> roi;
  if (mode.coordinates == "tf_crop_and_resize" && context.has(1)) {
    EW_ASSIGN(roi, toDoubles(context.inputs[1]));
  }
  EW_ASSIGN(const std::vector<ResizeAxis> axes, resizeAxes(context.node, context.inputs[0].dims(), scales, sizes, roi));
  EW_ASSIGN(context.outputs[0], resample(context.inputs[0], axes, mode));
  return {};
}

/// Linear reads 2 elements an axis, cubic 4; two axes are the usual case.
Cost cost(const Node& node, std::span<const Dims>, std::span<const Dims> outputs) {
  const std::string mode = node.attributes.getString("mode", "nearest");
  return {0, work({mode == "nearest" ? 1 : mode == "linear" ? 8 : 32, elementsFrom(outputs[0], 0)})};
}

}  // namespace

OpDef resizeVersion10Op() {
  return {.name = "Resize", .sinceVersion = 10, .lastVersion = 10, .infer = inferVersion10, .compute = computeVersion10, .cost = cost, .requiredInputs = 2};
}
OpDef resizeOp() { return {.name = "Resize", .sinceVersion = 11, .infer = infer, .compute = compute, .cost = cost}; }

}  // namespace ew::ops
