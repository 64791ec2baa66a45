// SPDX-License-Identifier: Apache-2.0
#include "core/ops/convolver.h"

#include <algorithm>

#include "core/ops/cost.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

template <class Field>
std::int64_t productOf(const std::vector<Window>& windows, Field field) {
  std::int64_t product = 1;
  for (const Window& window : windows) product *= window.*field;
  return product;
}

Status checkKernelShape(const Node& node, std::span<const std::int64_t> kernel) {
  const std::vector<std::int64_t> declared = node.attributes.getInts("kernel_shape");
  if (!declared.empty() && !std::equal(declared.begin(), declared.end(), kernel.begin(), kernel.end()))
    return invalid("attribute kernel_shape " + dimsText(declared) + " differs from W's " + dimsText(Dims(kernel.begin(), kernel.end())));
  return {};
}

}  // namespace

std::int64_t ConvShape::inPlane() const { return productOf(windows, &Window::in); }
std::int64_t ConvShape::outPlane() const { return productOf(windows, &Window::out); }
std::int64_t ConvShape::taps() const { return productOf(windows, &Window::kernel); }

Dims ConvShape::outDims() const {
  Dims dims{batch, filters};
  for (const Window& window : windows) dims.push_back(window.out);
  return dims;
}

Result<ConvShape> convShape(const Node& node, const Dims& x, const Dims& w) {
  if (x.size() < 3 || w.size() != x.size())
    return invalid("X of shape " + dimsText(x) + " and W of shape " + dimsText(w) + " are no convolution");
  ConvShape shape{x[0], x[1], w[0], node.attributes.getInt("group", 1), {}};
  if (shape.groups < 1 || w[1] > x[1] || shape.channels % shape.groups != 0 || shape.groupChannels() != w[1] ||
      shape.filters % shape.groups != 0)
    return invalid("X has " + std::to_string(x[1]) + " channels, but W of shape " + dimsText(w) + " with " + std::to_string(shape.groups) +
                   " groups takes others");
  const auto kernel = std::span(w).subspan(2);
  EW_TRY(checkKernelShape(node, kernel));
  EW_ASSIGN(shape.windows, slidingWindows(node, std::span(x).subspan(2), kernel));
  return shape;
}

Status inferConv(InferContext& context, std::size_t x, std::size_t w, DType type) {
  context.outputs[0].dtype = type;
  EW_ASSIGN(const auto xShape, rankedShape(context, x, 3));
  EW_ASSIGN(const auto wShape, rankedShape(context, w, 3));
  if (!xShape) return {};
  std::vector<std::int64_t> kernel = context.node.attributes.getInts("kernel_shape");
  if (wShape) {
    if (wShape->rank() != xShape->rank())
      return invalid("X of shape " + xShape->text() + " and W of shape " + wShape->text() + " have different ranks");
    if (const auto wDims = wShape->concrete()) {
      const auto own = std::span(*wDims).subspan(2);
      EW_TRY(checkKernelShape(context.node, own));
      kernel.assign(own.begin(), own.end());
      const std::int64_t group = context.node.attributes.getInt("group", 1);
      if (const Dim& channels = (*xShape)[1]; channels.known() && (group < 1 || channels.extent % group != 0 || channels.extent / group != (*wDims)[1]))
        return invalid("X of shape " + xShape->text() + " has other channels than W of shape " + wShape->text() + " with " +
                       std::to_string(group) + " groups takes");
    }
  }
  std::vector<Dim> dims{(*xShape)[0], wShape ? (*wShape)[0] : Dim()};
  if (kernel.empty()) {
    dims.resize(xShape->rank());
  } else {
    EW_ASSIGN(const std::vector<Dim> spatial, slidingExtents(context.node, std::span(xShape->dims()).subspan(2), kernel));
    dims.insert(dims.end(), spatial.begin(), spatial.end());
  }
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

Cost convCost(std::span<const Dims> inputs, std::span<const Dims> outputs, std::size_t w, std::size_t bias) {
  const std::int64_t elements = elementsFrom(outputs[0], 0);
  const bool biased = bias < inputs.size() && !inputs[bias].empty();
  return {work({elements, elementsFrom(inputs[w], 1)}), biased ? elements : 0};
}

Convolver::Convolver(const ConvShape& shape) : shape_(shape) {
  // A kernel without elements can claim any extent.
  if (shape.filters == 0 || shape.groupChannels() == 0) return;
  taps_ = shape.taps();
  for (const Window& window : shape.windows) {
    auto& outputs = outputs_.emplace_back();
    for (std::int64_t tap = 0; tap < window.kernel; ++tap) outputs.push_back({window.firstOutput(tap), window.lastOutput(tap)});
  }
}

}  // namespace ew::ops
