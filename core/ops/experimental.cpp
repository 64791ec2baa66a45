// SPDX-License-Identifier: Apache-2.0
// Operators that ONNX had as experimental up to opset 9 and that old converted models hold: Affine, Crop, ImageScaler,
// ParametricSoftplus, Scale, ScaledTanh. As ONNX Runtime runs them.
#include <cmath>

#include "core/ops/axis_walk.h"
#include "core/ops/elementwise.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

struct Factors {
  float alpha, beta;
};

Factors factorsOf(const Node& node, float alpha, float beta) { return {node.attributes.getFloat("alpha", alpha), node.attributes.getFloat("beta", beta)}; }

Status affine(ComputeContext& context) {
  const Factors f = factorsOf(context.node, 1, 0);
  return unaryFloat(context, [f](auto x) { return static_cast<decltype(x)>(f.alpha) * x + static_cast<decltype(x)>(f.beta); });
}

Status scale(ComputeContext& context) {
  const float factor = context.node.attributes.getFloat("scale", 1);
  return unaryFloat(context, [factor](auto x) { return static_cast<decltype(x)>(factor) * x; });
}

Status parametricSoftplus(ComputeContext& context) {
  const Factors f = factorsOf(context.node, 1, 1);
  return unaryFloat(context, [f](auto x) {
    using T = decltype(x);
    const T scaled = static_cast<T>(f.beta) * x;
    return static_cast<T>(f.alpha) * (scaled > 0 ? scaled + std::log1p(std::exp(-scaled)) : std::log1p(std::exp(scaled)));
  });
}

Status scaledTanh(ComputeContext& context) {
  const Factors f = factorsOf(context.node, 1, 1);
  return unaryFloat(context, [f](auto x) { return static_cast<decltype(x)>(f.alpha) * std::tanh(static_cast<decltype(x)>(f.beta) * x); });
}

Status imageScaler(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const std::vector<float> bias = context.node.attributes.getFloats("bias");
  if (x.rank() < 2 || static_cast<std::int64_t>(bias.size()) != x.dim(1)) return invalid("bias has " + std::to_string(bias.size()) + " values for an input of shape " + dimsText(x.dims()));
  const double scale = static_cast<double>(context.node.attributes.getFloat("scale", 1));
  const AxisSplit split = splitAround(x.dims(), 1, 2);
  EW_ASSIGN(Tensor y, Tensor::create(x.dtype(), x.dims()));
  EW_TRY(dispatchFloat(x.dtype(), [&]<class T>() {
    for (std::int64_t i = 0; i < y.size(); ++i) {
      const auto channel = static_cast<std::size_t>(i / split.inner % split.length);
      y.mutableData<T>()[static_cast<std::size_t>(i)] = fromDouble<T>(asDouble(x.data<T>()[static_cast<std::size_t>(i)]) * scale + static_cast<double>(bias[channel]));
    }
  }));
  context.outputs[0] = std::move(y);
  return {};
}

/// What is cut: border (left, top, right, bottom), or with scale (height, width) the extents from the left top border on.
struct Cut {
  std::int64_t top = 0, left = 0, height = 0, width = 0;
};

Result<Cut> cutOf(const Node& node, std::int64_t height, std::int64_t width) {
  const std::vector<std::int64_t> border = node.attributes.getInts("border"), scale = node.attributes.getInts("scale");
  constexpr std::int64_t most = std::int64_t{1} << 31;
  if (border.size() != 4 || (!scale.empty() && scale.size() != 2)) return invalid("border must have 4 entries, and scale 2 or none");
  for (const std::int64_t entry : border)
    if (entry < 0 || entry > most) return invalid("border is " + dimsText(border));
  Cut out{border[1], border[0], height - border[1] - border[3], width - border[0] - border[2]};
  if (!scale.empty()) out.height = scale[0], out.width = scale[1];
  if (out.height < 1 || out.width < 1 || out.height > height - out.top || out.width > width - out.left)
    return invalid("an image of " + std::to_string(height) + " x " + std::to_string(width) + " cannot be cut by border " + dimsText(border));
  return out;
}

Status inferCrop(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const auto x, rankedShape(context, 0, 4, 4));
  if (!x) return {};
  context.outputs[0].shape = Shape({(*x)[0], (*x)[1], Dim(), Dim()});
  if (!(*x)[2].known() || !(*x)[3].known()) return {};
  EW_ASSIGN(const Cut cut, cutOf(context.node, (*x)[2].extent, (*x)[3].extent));
  context.outputs[0].shape = Shape({(*x)[0], (*x)[1], Dim(cut.height), Dim(cut.width)});
  return {};
}

Status crop(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  if (x.rank() != 4) return invalid("the input has the shape " + dimsText(x.dims()) + ", not (N,C,H,W)");
  EW_ASSIGN(const Cut cut, cutOf(context.node, x.dim(2), x.dim(3)));
  Layout layout = layoutOf(x);
  layout.offset = cut.top * layout.strides[2] + cut.left;
  EW_ASSIGN(context.outputs[0], gathered(x, layout, {x.dim(0), x.dim(1), cut.height, cut.width}));
  return {};
}

OpDef define(std::string_view name, ComputeFn compute) { return {.name = name, .lastVersion = 9, .infer = inferSameAsInput, .compute = compute, .mostInputs = 1}; }

}  // namespace

OpDef affineOp() { return define("Affine", affine); }
OpDef cropOp() { return {.name = "Crop", .lastVersion = 9, .infer = inferCrop, .compute = crop, .cost = movesOnly, .mostInputs = 1}; }
OpDef imageScalerOp() { return define("ImageScaler", imageScaler); }
OpDef parametricSoftplusOp() { return define("ParametricSoftplus", parametricSoftplus); }
OpDef scaleOp() { return define("Scale", scale); }
OpDef scaledTanhOp() { return define("ScaledTanh", scaledTanh); }

}  // namespace ew::ops
