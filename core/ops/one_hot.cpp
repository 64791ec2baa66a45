// SPDX-License-Identifier: Apache-2.0
#include "core/ops/attributes.h"
#include "core/ops/element_facts.h"
#include "core/tensor/float_to_int.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Result<std::int64_t> depthOf(const Tensor& depth) {
  if (depth.size() != 1) return invalid("depth must be one number, not of shape " + dimsText(depth.dims()));
  EW_ASSIGN(const std::vector<double> number, toDoubles(depth));
  const auto extent = truncated<std::int64_t>(number[0]);
  if (extent < 0) return invalid("depth is " + std::to_string(extent));
  return extent;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[2].dtype;
  const auto& shape = context.inputs[0].shape;
  if (!shape) return {};
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), shape->rank() + 1));
  Dim extent;
  if (context.inputs[1].constant != nullptr) {
    EW_ASSIGN(const std::int64_t depth, depthOf(*context.inputs[1].constant));
    extent = Dim(depth);
  } else if (const auto depth = elementOf(context, 1)) {
    extent = depth->dim();
  }
  std::vector<Dim> dims = shape->dims();
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), extent);
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& indices = context.inputs[0];
  const Tensor& values = context.inputs[2];
  if (values.size() != 2) return invalid("values must be off and on, not of shape " + dimsText(values.dims()));
  EW_ASSIGN(const std::size_t axis, normalizedAxis(context.node.attributes.getInt("axis", -1), indices.rank() + 1));
  EW_ASSIGN(const std::int64_t depth, depthOf(context.inputs[1]));
  EW_ASSIGN(const std::vector<double> hot, toDoubles(indices));
  Dims dims = indices.dims();
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), depth);
  EW_ASSIGN(Tensor out, Tensor::create(values.dtype(), std::move(dims)));
  fillRun(values, 0, out, 0, out.size());
  if (out.size() > 0) {
    const std::int64_t inner = stridesOf(out.dims())[axis];
    for (std::int64_t i = 0; i < indices.size(); ++i) {
      // Indices outside [-depth, depth) leave their row off.
      auto index = truncated<std::int64_t>(hot[static_cast<std::size_t>(i)]);
      if (index < -depth || index >= depth) continue;
      if (index < 0) index += depth;
      copyRun(values, 1, out, (i / inner * depth + index) * inner + i % inner, 1);
    }
  }
  context.outputs[0] = std::move(out);
  return {};
}

}  // namespace

OpDef oneHotOp() {
  return {.name = "OneHot", .sinceVersion = 9, .infer = infer, .compute = compute, .cost = movesOnly, .requiredInputs = 3};
}

}  // namespace ew::ops
