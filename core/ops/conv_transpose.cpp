// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "core/ops/attributes.h"
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/extent.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

struct Axis {
  std::int64_t in = 0, out = 0, kernel = 1, stride = 1, dilation = 1, padBegin = 0;
};

/// Each axis by the specification: output_shape, when given, decides the padding; else pads and auto_pad the extent.
Result<std::vector<Axis>> transposedAxes(const Node& node, std::span<const std::int64_t> spatial, std::span<const std::int64_t> kernel) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::size_t count = spatial.size();
  EW_ASSIGN(const auto strides, listAttribute(node, "strides", count, 1, 1));
  EW_ASSIGN(const auto dilations, listAttribute(node, "dilations", count, 1, 1));
  EW_ASSIGN(const auto extra, listAttribute(node, "output_padding", count, 0, 0));
  EW_ASSIGN(const auto pads, listAttribute(node, "pads", 2 * count, 0, 0));
  const bool shaped = node.attributes.has("output_shape");
  auto wanted = node.attributes.getInts("output_shape");
  // Some exporters give the whole shape, batch and channels included.
  if (wanted.size() == count + 2) wanted.erase(wanted.begin(), wanted.begin() + 2);
  if (shaped && wanted.size() != count) return invalid("attribute output_shape has " + std::to_string(wanted.size()) + " entries");
  const std::string autoPad = node.attributes.getString("auto_pad", "NOTSET");
  const bool same = autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER";
  std::vector<Axis> axes(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (kernel[i] < 1 || kernel[i] > most || spatial[i] < 0 || spatial[i] > most) return invalid("kernel extent " + std::to_string(kernel[i]));
    Axis& axis = axes[i];
    axis = {spatial[i], 0, kernel[i], strides[i], dilations[i], pads[i]};
    const std::int64_t full = axis.stride * (axis.in - 1) + extra[i] + (axis.kernel - 1) * axis.dilation + 1;
    if (shaped || same) {
      axis.out = shaped ? wanted[i] : axis.in * axis.stride;
      const std::int64_t total = std::max<std::int64_t>(0, full - axis.out);
      axis.padBegin = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
    } else if (autoPad == "VALID") {
      axis.out = full;
      axis.padBegin = 0;
    } else {
      axis.out = full - pads[i] - pads[i + count];
    }
    if (axis.out < 0) return invalid("output extent " + std::to_string(axis.out) + " is negative");
  }
  return axes;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const auto x, rankedShape(context, 0, 3));
  EW_ASSIGN(const auto w, rankedShape(context, 1, 3));
  if (!x || !w) return {};
  if (x->rank() != w->rank()) return invalid("X of shape " + x->text() + " and W of shape " + w->text() + " have different ranks");
  const std::int64_t group = context.node.attributes.getInt("group", 1);
  const Dim& channels = (*x)[1];
  if (group < 1 || (channels.known() && (channels.extent % group != 0 || ((*w)[0].known() && (*w)[0].extent != channels.extent))))
    return invalid("X of shape " + x->text() + " and W of shape " + w->text() + " with " + std::to_string(group) + " groups do not fit");
  std::vector<Dim> dims{(*x)[0], (*w)[1].known() ? Dim(work({(*w)[1].extent, group})) : Dim()};
  for (std::size_t i = 2; i < x->rank(); ++i) dims.emplace_back();
  auto kernel = Shape(std::vector<Dim>(w->dims().begin() + 2, w->dims().end())).concrete();
  const std::vector<std::int64_t> declared = context.node.attributes.getInts("kernel_shape");
  if (!kernel && declared.size() + 2 == x->rank()) kernel = declared;
  if (kernel) {
    // The output grows with the input by the stride, so that any extent that stands in for a dynamic one tells the rest.
    constexpr std::int64_t standIn = 1 << 20;
    std::vector<std::int64_t> spatial;
    for (std::size_t i = 2; i < x->rank(); ++i) spatial.push_back((*x)[i].known() ? (*x)[i].extent : standIn);
    EW_ASSIGN(const std::vector<Axis> axes, transposedAxes(context.node, spatial, *kernel));
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Dim& in = (*x)[i + 2];
      const bool given = in.known() || context.node.attributes.has("output_shape");
      dims[i + 2] = given ? Dim(axes[i].out) : shiftedDim(productOf(in, Dim(axes[i].stride)), axes[i].out - standIn * axes[i].stride);
    }
  }
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

/// Scatters one input channel through one kernel into an output plane.
class Scatter {
 public:
  Scatter(const std::vector<Axis>& axes, std::span<double> plane) : axes_(axes), plane_(plane) {}

  template <class LoadX, class LoadW>
  void add(std::size_t axis, std::int64_t in, std::int64_t tap, std::int64_t out, const LoadX& loadX, const LoadW& loadW) const {
    if (axis == axes_.size()) {
      plane_[static_cast<std::size_t>(out)] += loadX(in) * loadW(tap);
      return;
    }
    const Axis& a = axes_[axis];
    for (std::int64_t i = 0; i < a.in; ++i) {
      for (std::int64_t k = 0; k < a.kernel; ++k) {
        const std::int64_t o = i * a.stride + k * a.dilation - a.padBegin;
        if (o >= 0 && o < a.out) add(axis + 1, in * a.in + i, tap * a.kernel + k, out * a.out + o, loadX, loadW);
      }
    }
  }

 private:
  const std::vector<Axis>& axes_;
  std::span<double> plane_;
};

template <class T>
void transposed(const ComputeContext& context, const std::vector<Axis>& axes, std::int64_t groups, Tensor& y) {
  const Tensor& X = context.inputs[0];
  const Tensor& W = context.inputs[1];
  const auto element = [](const Tensor& tensor, std::int64_t at) {
    return static_cast<double>(static_cast<Wide<T>>(tensor.data<T>()[static_cast<std::size_t>(at)]));
  };
  const std::int64_t channels = X.dim(1) / groups, filters = W.dim(1);
  std::int64_t inPlane = 1, outPlane = 1, taps = 1;
  for (const Axis& axis : axes) {
    inPlane *= axis.in;
    outPlane *= axis.out;
    taps *= axis.kernel;
  }
  std::vector<double> plane(static_cast<std::size_t>(outPlane));
  const Scatter scatter(axes, plane);
  T* to = y.mutableData<T>().data();
  for (std::int64_t n = 0; n < X.dim(0); ++n) {
    for (std::int64_t m = 0; m < groups * filters; ++m) {
      std::ranges::fill(plane, context.has(2) ? element(context.inputs[2], m) : 0.0);
      for (std::int64_t c = m / filters * channels; c < (m / filters + 1) * channels; ++c) {
        const std::int64_t xBase = (n * X.dim(1) + c) * inPlane, wBase = (c * filters + m % filters) * taps;
        scatter.add(0, 0, 0, 0, [&](std::int64_t at) { return element(X, xBase + at); }, [&](std::int64_t at) { return element(W, wBase + at); });
      }
      for (const double sum : plane) *to++ = static_cast<T>(static_cast<Wide<T>>(sum));
    }
  }
}

Status compute(ComputeContext& context) {
  const Dims& x = context.inputs[0].dims();
  const Dims& w = context.inputs[1].dims();
  const DType type = context.inputs[0].dtype();
  const std::int64_t groups = context.node.attributes.getInt("group", 1);
  if (x.size() < 3 || w.size() != x.size() || w[0] != x[1] || groups < 1 || x[1] % groups != 0 || context.inputs[1].dtype() != type)
    return invalid("X of shape " + dimsText(x) + " and W of shape " + dimsText(w) + " with " + std::to_string(groups) + " groups do not fit");
  EW_ASSIGN(const std::vector<Axis> axes, transposedAxes(context.node, std::span(x).subspan(2), std::span(w).subspan(2)));
  Dims dims{x[0], work({w[1], groups})};
  for (const Axis& axis : axes) dims.push_back(axis.out);
  if (context.has(2) && (context.inputs[2].dims() != Dims{dims[1]} || context.inputs[2].dtype() != type)) return invalid("B does not have one value a filter");
  EW_ASSIGN(Tensor y, Tensor::create(type, dims));
  if (y.size() > 0) EW_TRY(dispatchFloat(type, [&]<class T>() { transposed<T>(context, axes, groups, y); }));
  context.outputs[0] = std::move(y);
  return {};
}

/// Every input element meets every kernel tap of the filters of its group.
Cost cost(const Node&, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  const bool biased = inputs.size() > 2 && !inputs[2].empty();
  return {work({elementsFrom(inputs[0], 0), elementsFrom(inputs[1], 1)}), biased ? elementsFrom(outputs[0], 0) : 0};
}

}  // namespace

OpDef convTransposeOp() { return {.name = "ConvTranspose", .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2}; }

}  // namespace ew::ops
