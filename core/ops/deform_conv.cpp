// SPDX-License-Identifier: Apache-2.0
// Convolution whose taps are moved by an operand: each reads the image between pixels, bilinearly, zeros outside.
#include <cmath>

#include "core/ops/cost.h"
#include "core/ops/inference.h"
#include "core/ops/moments.h"
#include "core/ops/window.h"

namespace ew::ops {
namespace {

struct Geometry {
  std::vector<Window> windows;  ///< of rows and columns
  std::int64_t groups = 1, offsetGroups = 1;
};

Result<std::vector<std::int64_t>> kernelOf(const Node& node, const Dims& weights) {
  std::vector<std::int64_t> kernel = node.attributes.getInts("kernel_shape", {weights[2], weights[3]});
  if (kernel != std::vector<std::int64_t>{weights[2], weights[3]}) return invalid("kernel_shape does not fit W of shape " + dimsText(weights));
  return kernel;
}

Result<Geometry> geometryOf(const Node& node, const Dims& x, const Dims& w) {
  if (x.size() != 4 || w.size() != 4) return unsupported("only images (X and W of four axes) are supported, not X of shape " + dimsText(x) + " and W of shape " + dimsText(w));
  Geometry out{{}, node.attributes.getInt("group", 1), node.attributes.getInt("offset_group", 1)};
  EW_ASSIGN(const auto kernel, kernelOf(node, w));
  EW_ASSIGN(out.windows, slidingWindows(node, std::span(x).subspan(2), kernel));
  if (out.groups < 1 || out.offsetGroups < 1 || w[0] % out.groups != 0 || x[1] % out.groups != 0 || x[1] / out.groups != w[1] || x[1] % out.offsetGroups != 0)
    return invalid("X of shape " + dimsText(x) + " and W of shape " + dimsText(w) + " do not fit group " + std::to_string(out.groups) + " and offset_group " +
                   std::to_string(out.offsetGroups));
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  const auto &x = context.inputs[0].shape, &w = context.inputs[1].shape;
  if (!x || !w || x->rank() != 4 || w->rank() != 4) return {};
  context.outputs[0].shape = Shape({(*x)[0], (*w)[0], Dim(), Dim()});
  const auto weights = w->concrete(), image = x->concrete();
  if (!weights || !image) return {};
  EW_ASSIGN(const Geometry geometry, geometryOf(context.node, *image, *weights));
  context.outputs[0].shape = Shape({(*x)[0], (*w)[0], Dim(geometry.windows[0].out), Dim(geometry.windows[1].out)});
  return {};
}

Status checkOperands(const ComputeContext& context, const Geometry& g) {
  const Dims& x = context.inputs[0].dims();
  const std::int64_t taps = work({g.offsetGroups, g.windows[0].kernel, g.windows[1].kernel});
  const Dims offset{x[0], work({2, taps}), g.windows[0].out, g.windows[1].out}, mask{x[0], taps, g.windows[0].out, g.windows[1].out};
  if (context.inputs[2].dims() != offset) return invalid("offset has the shape " + dimsText(context.inputs[2].dims()) + ", not " + dimsText(offset));
  if (context.has(3)) EW_TRY(requireChannels(context.inputs[3], "B", context.inputs[0].dtype(), context.inputs[1].dim(0)));
  if (context.has(4) && context.inputs[4].dims() != mask) return invalid("mask has the shape " + dimsText(context.inputs[4].dims()) + ", not " + dimsText(mask));
  for (const std::size_t i : {1U, 2U, 4U})
    if (context.has(i) && context.inputs[i].dtype() != context.inputs[0].dtype()) return invalid("input " + std::to_string(i) + " has another element type than X");
  return {};
}

struct Operands {
  std::vector<double> x, w, offset, bias, mask;
};

Result<Operands> operandsOf(const ComputeContext& context) {
  Operands out;
  EW_ASSIGN(out.x, toDoubles(context.inputs[0]));
  EW_ASSIGN(out.w, toDoubles(context.inputs[1]));
  EW_ASSIGN(out.offset, toDoubles(context.inputs[2]));
  if (context.has(3)) { EW_ASSIGN(out.bias, toDoubles(context.inputs[3])); }
  if (context.has(4)) { EW_ASSIGN(out.mask, toDoubles(context.inputs[4])); }
  return out;
}

double between(const double* plane, std::int64_t height, std::int64_t width, double y, double x) {
  // Also false for NaN: nothing is read there.
  if (!(y > -1 && x > -1 && y < static_cast<double>(height) && x < static_cast<double>(width))) return 0;
  const double y0 = std::floor(y), x0 = std::floor(x);
  double sum = 0;
  for (int dy = 0; dy < 2; ++dy)
    for (int dx = 0; dx < 2; ++dx) {
      const std::int64_t row = static_cast<std::int64_t>(y0) + dy, column = static_cast<std::int64_t>(x0) + dx;
      if (row < 0 || column < 0 || row >= height || column >= width) continue;
      sum += (dy == 0 ? 1 - (y - y0) : y - y0) * (dx == 0 ? 1 - (x - x0) : x - x0) * plane[row * width + column];
    }
  return sum;
}

/// The taps of one output position over the input channels of one group.
class Sampler {
 public:
  Sampler(const Operands& operands, const Geometry& geometry, const Dims& x, const Dims& w) : in_(operands), g_(geometry), x_(x), w_(w) {}

  double at(std::int64_t n, std::int64_t oc, std::int64_t i, std::int64_t j) const {
    double sum = in_.bias.empty() ? 0 : in_.bias[static_cast<std::size_t>(oc)];
    const std::int64_t first = oc / (w_[0] / g_.groups) * w_[1];
    for (std::int64_t c = 0; c < w_[1]; ++c)
      for (std::int64_t ky = 0; ky < w_[2]; ++ky)
        for (std::int64_t kx = 0; kx < w_[3]; ++kx)
          sum += in_.w[static_cast<std::size_t>(((oc * w_[1] + c) * w_[2] + ky) * w_[3] + kx)] * tap(n, first + c, ky, kx, i, j);
    return sum;
  }

 private:
  double tap(std::int64_t n, std::int64_t c, std::int64_t ky, std::int64_t kx, std::int64_t i, std::int64_t j) const {
    const Window &rows = g_.windows[0], &columns = g_.windows[1];
    const std::int64_t group = c / (x_[1] / g_.offsetGroups), plane = rows.out * columns.out;
    const std::int64_t index = ((n * g_.offsetGroups + group) * w_[2] + ky) * w_[3] + kx;
    const auto moved = static_cast<std::size_t>(index * 2 * plane + i * columns.out + j);
    const double y = static_cast<double>(rows.start(i) + ky * rows.dilation) + in_.offset[moved];
    const double x = static_cast<double>(columns.start(j) + kx * columns.dilation) + in_.offset[moved + static_cast<std::size_t>(plane)];
    const double weight = in_.mask.empty() ? 1 : in_.mask[static_cast<std::size_t>(index * plane + i * columns.out + j)];
    return weight * between(in_.x.data() + (n * x_[1] + c) * x_[2] * x_[3], x_[2], x_[3], y, x);
  }

  const Operands& in_;
  const Geometry& g_;
  const Dims &x_, &w_;
};

Status compute(ComputeContext& context) {
  const Dims &x = context.inputs[0].dims(), &w = context.inputs[1].dims();
  EW_ASSIGN(const Geometry g, geometryOf(context.node, x, w));
  EW_TRY(checkOperands(context, g));
  const Dims dims{x[0], w[0], g.windows[0].out, g.windows[1].out};
  if (work({work(dims), w[1], w[2], w[3]}) > (std::int64_t{1} << 38)) return limitReached("the convolution takes over 2^38 multiplications");
  EW_ASSIGN(Tensor Y, Tensor::create(context.inputs[0].dtype(), dims));
  EW_ASSIGN(const Operands operands, operandsOf(context));
  const Sampler sampler(operands, g, x, w);
  EW_TRY(dispatchFloat(Y.dtype(), [&]<class T>() {
    T* to = Y.mutableData<T>().data();
    for (std::int64_t n = 0; n < dims[0]; ++n)
      for (std::int64_t oc = 0; oc < dims[1]; ++oc)
        for (std::int64_t i = 0; i < dims[2]; ++i)
          for (std::int64_t j = 0; j < dims[3]; ++j) *to++ = fromDouble<T>(sampler.at(n, oc, i, j));
  }));
  context.outputs[0] = std::move(Y);
  return {};
}

/// A product for each tap, and four more to read it.
Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  return {work({work(outputs[0]), elementsFrom(inputs[1], 1), 5}), 0};
}

}  // namespace

OpDef deformConvOp() {
  return {.name = "DeformConv", .sinceVersion = 19, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 3, .mostInputs = 5};
}

}  // namespace ew::ops
