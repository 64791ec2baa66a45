// SPDX-License-Identifier: Apache-2.0
#include "core/ops/resample.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/ops/attributes.h"
#include "core/ops/axis_walk.h"
#include "core/ops/broadcast.h"
#include "core/ops/dispatch.h"
#include "core/ops/extent.h"
#include "core/tensor/float_to_int.h"
#include "core/ops/move.h"

namespace ew::ops {
namespace {

Dims outDims(const std::vector<ResizeAxis>& axes) {
  Dims dims;
  for (const ResizeAxis& axis : axes) dims.push_back(axis.out);
  return dims;
}

/// `values` of extents `dims` filtered along one axis.
std::vector<double> filtered(const std::vector<double>& values, const Dims& dims, std::size_t axis, const ResizeTaps& taps) {
  const AxisSplit split = splitAround(dims, axis, axis + 1);
  const auto inner = static_cast<std::size_t>(split.inner), out = taps.begin.size() - 1;
  std::vector<double> result(static_cast<std::size_t>(split.outer) * out * inner, 0.0);
  for (std::size_t o = 0; o < static_cast<std::size_t>(split.outer); ++o) {
    for (std::size_t k = 0; k < out; ++k) {
      double* to = result.data() + (o * out + k) * inner;
      for (std::size_t tap = taps.begin[k]; tap < taps.begin[k + 1]; ++tap) {
        const double* from = values.data() + (o * static_cast<std::size_t>(split.length) + static_cast<std::size_t>(taps.index[tap])) * inner;
        for (std::size_t i = 0; i < inner; ++i) to[i] += taps.weight[tap] * from[i];
      }
    }
  }
  return result;
}

/// Axes that shrink come first, so that nothing in between is larger than both ends.
std::vector<std::size_t> byGrowth(const std::vector<ResizeAxis>& axes) {
  std::vector<std::size_t> order(axes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return axes[a].scale < axes[b].scale; });
  return order;
}

/// Calls f(element) for each output element that lies outside on any axis.
template <class F>
void forEachOutside(const Dims& dims, const std::vector<ResizeTaps>& taps, F f) {
  Walk<1> walk(dims, {Dims(dims.size(), 0)});
  const auto count = static_cast<std::size_t>(elementCount(dims));
  for (std::size_t element = 0; element < count; ++element, walk.next()) {
    bool outside = false;
    for (std::size_t axis = 0; axis < dims.size() && !outside; ++axis)
      outside = !taps[axis].outside.empty() && taps[axis].outside[static_cast<std::size_t>(walk.index(axis))];
    if (outside) f(element);
  }
}

void nearestInto(const Tensor& X, const std::vector<ResizeTaps>& taps, Tensor& y) {
  const Dims strides = stridesOf(X.dims());
  const RunCopier copy(X, y);
  Walk<1> walk(y.dims(), {Dims(y.rank(), 0)});
  for (std::int64_t element = 0; element < y.size(); ++element) {
    std::int64_t at = 0;
    for (std::size_t axis = 0; axis < strides.size(); ++axis) {
      const std::int64_t position = walk.index(axis);
      at += (taps[axis].index.empty() ? position : taps[axis].index[static_cast<std::size_t>(position)]) * strides[axis];
    }
    copy(at, element, 1);
    walk.next();
  }
}

Status filteredInto(const Tensor& X, const std::vector<ResizeAxis>& axes, const std::vector<ResizeTaps>& taps, Tensor& y) {
  EW_ASSIGN(std::vector<double> values, toDoubles(X));
  Dims dims = X.dims();
  for (const std::size_t axis : byGrowth(axes)) {
    if (taps[axis].begin.empty()) continue;
    Dims next = dims;
    next[axis] = axes[axis].out;
    EW_TRY(checkAllocation(DType::f64, elementCount(next)));
    values = filtered(values, dims, axis, taps[axis]);
    dims = std::move(next);
  }
  return dispatchNumber(y.dtype(), [&]<class T>() {
    std::ranges::transform(values, y.mutableData<T>().begin(), [](double value) {
      // Integers are rounded, as the images that they are.
      if constexpr (std::is_integral_v<T>) return truncated<T>(std::nearbyint(value));
      else return static_cast<T>(static_cast<Wide<T>>(value));
    });
  });
}

}  // namespace

Result<Tensor> resample(const Tensor& X, const std::vector<ResizeAxis>& axes, const ResizeMode& mode) {
  EW_ASSIGN(Tensor y, Tensor::create(X.dtype(), outDims(axes)));
  if (y.size() == 0) return y;
  std::vector<ResizeTaps> taps(axes.size());  // empty for an axis that stays
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    if (axes[axis].isIdentity(mode)) continue;
    EW_ASSIGN(taps[axis], resizeTaps(axes[axis], mode));
  }
  if (mode.mode == "nearest" && mode.coordinates != "tf_crop_and_resize") nearestInto(X, taps, y);
  else if (mode.mode == "nearest") EW_TRY(dispatchNumber(X.dtype(), [&]<class T>() { nearestInto(X, taps, y); }));
  else EW_TRY(filteredInto(X, axes, taps, y));
  if (mode.coordinates == "tf_crop_and_resize") {
    EW_TRY(dispatchNumber(X.dtype(), [&]<class T>() {
      const T value = static_cast<T>(static_cast<Wide<T>>(mode.extrapolation));
      const std::span<T> to = y.mutableData<T>();
      forEachOutside(y.dims(), taps, [&](std::size_t element) { to[element] = value; });
    }));
  }
  return y;
}

namespace {

/// A dynamic extent times a whole number, or divided by one.
Dim scaledDim(const Dim& dim, float scale) {
  const float inverse = 1 / scale;
  if (scale == std::floor(scale) && scale <= 1024) return productOf(dim, Dim(static_cast<std::int64_t>(scale)));
  // Other inverses than powers of two are not exact: the quotient may come out rounded down once more.
  const auto by = static_cast<std::int64_t>(inverse);
  return inverse == std::floor(inverse) && inverse <= 1024 && (by & (by - 1)) == 0 ? quotientOf(dim, by) : Dim();
}

}  // namespace

Status inferScaled(InferContext& context, const std::optional<std::vector<float>>& scales) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  if (!context.inputs[0].shape) return {};
  std::vector<Dim> dims = context.inputs[0].shape->dims();
  std::vector<std::int64_t> every(dims.size());
  std::iota(every.begin(), every.end(), std::int64_t{0});
  EW_ASSIGN(const std::vector<std::size_t> which, normalizedAxes(context.node.attributes.getInts("axes", every), dims.size()));
  if (scales && scales->size() != which.size()) return invalid(std::to_string(scales->size()) + " scales for " + std::to_string(which.size()) + " axes");
  for (std::size_t i = 0; i < which.size(); ++i) {
    Dim& dim = dims[which[i]];
    if (scales && (*scales)[i] == 1.0F) continue;
    dim = !scales || !((*scales)[i] > 0) ? Dim() : dim.known() ? Dim(scaledExtent(dim.extent, (*scales)[i])) : scaledDim(dim, (*scales)[i]);
  }
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

std::optional<std::vector<float>> constantFloats(const InferContext& context, std::size_t index) {
  if (!context.has(index) || context.inputs[index].constant == nullptr) return std::nullopt;
  const Tensor& tensor = *context.inputs[index].constant;
  if (tensor.dtype() != DType::f32 || tensor.size() == 0 || tensor.size() > 64) return std::nullopt;
  return std::vector<float>(tensor.data<float>().begin(), tensor.data<float>().end());
}

}  // namespace ew::ops
