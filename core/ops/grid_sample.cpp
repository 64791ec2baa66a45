// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "core/ops/cast_elements.h"
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

enum class Mode { Nearest, Linear, Cubic };
enum class Padding { Zeros, Border, Reflection };

struct Options {
  Mode mode = Mode::Linear;
  Padding padding = Padding::Zeros;
  bool alignCorners = false;
};

Result<Options> optionsOf(const Node& node) {
  Options out;
  const std::string mode = node.attributes.getString("mode", "linear");
  const std::string padding = node.attributes.getString("padding_mode", "zeros");
  out.alignCorners = node.attributes.getInt("align_corners", 0) != 0;
  if (mode == "nearest") out.mode = Mode::Nearest;
  else if (mode == "cubic" || mode == "bicubic") out.mode = Mode::Cubic;
  else if (mode != "linear" && mode != "bilinear") return unsupported("mode '" + mode + "' is not known");
  if (padding == "border") out.padding = Padding::Border;
  else if (padding == "reflection") out.padding = Padding::Reflection;
  else if (padding != "zeros") return unsupported("padding_mode '" + padding + "' is not known");
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const std::optional<Shape> x, rankedShape(context, 0, 3));
  EW_ASSIGN(const std::optional<Shape> grid, rankedShape(context, 1, 3));
  if (!x || !grid) return {};
  if (x->rank() != grid->rank()) return invalid("X (" + x->text() + ") and grid (" + grid->text() + ") differ in rank");
  EW_ASSIGN(Dim batch, mergedDim((*x)[0], (*grid)[0], "axis 0 of X and grid"));
  std::vector<Dim> dims{std::move(batch), (*x)[1]};
  dims.insert(dims.end(), grid->dims().begin() + 1, grid->dims().end() - 1);
  context.outputs[0].shape = Shape(std::move(dims));
  return {};
}

/// `at` mirrored at both borders until it lies between them.
double reflected(double at, double low, double high) {
  const double range = high - low;
  if (at >= low && at <= high) return at;
  if (!(range > 0)) return low;
  const double beyond = at < low ? low - at : at - high;
  const double turns = std::floor(beyond / range);
  const double rest = beyond - turns * range;
  const bool fromLow = (at < low) == (std::fmod(turns, 2) == 0);
  return fromLow ? low + rest : high - rest;
}

/// The taps of one axis: positions in the input (-1: padding) and their weights.
struct Taps {
  int count = 0;
  std::array<std::int64_t, 4> at{};
  std::array<double, 4> weight{};
};

std::int64_t tapPosition(double at, std::int64_t extent, const Options& options) {
  const double last = static_cast<double>(extent - 1);
  if (at < 0 || at > last) {
    if (options.padding == Padding::Zeros) return -1;
    if (options.padding == Padding::Border) at = std::clamp(at, 0.0, last);
    else at = options.alignCorners ? reflected(at, 0, last) : reflected(at, -0.5, last + 0.5);
  }
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(at), 0, extent - 1);
}

/// Weights of the four neighbours of a cubic convolution with A = -0.75.
std::array<double, 4> cubicWeights(double t) {
  constexpr double a = -0.75;
  const auto near = [](double x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  const auto far = [](double x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  return {far(t + 1), near(t), near(1 - t), far(2 - t)};
}

/// From a grid value in [-1, 1] to a position. In float as the grid is, so that ties round as they do elsewhere.
double positionOf(double value, std::int64_t extent, const Options& options) {
  const auto grid = static_cast<float>(value);
  const auto length = static_cast<float>(extent);
  const float at = options.alignCorners ? (grid + 1) / 2 * (length - 1) : ((grid + 1) * length - 1) / 2;
  // Far away is far away, and not a number is nowhere.
  return std::isnan(at) ? -1e9 : std::clamp(static_cast<double>(at), -1e9, 1e9);
}

Taps tapsOf(double value, std::int64_t extent, const Options& options) {
  double at = positionOf(value, extent, options);
  const double last = static_cast<double>(extent - 1);
  const double low = options.alignCorners ? 0 : -0.5;
  const double high = options.alignCorners ? last : last + 0.5;
  if (at < low || at > high) {
    if (options.padding == Padding::Border) at = std::clamp(at, 0.0, last);
    if (options.padding == Padding::Reflection) at = reflected(at, low, high);
  }
  Taps taps;
  if (options.mode == Mode::Nearest) {
    taps.count = 1;
    taps.at[0] = tapPosition(std::nearbyint(at), extent, options);
    taps.weight[0] = 1;
    return taps;
  }
  const double floor = std::floor(at);
  const double t = at - floor;
  taps.count = options.mode == Mode::Linear ? 2 : 4;
  taps.weight = options.mode == Mode::Linear ? std::array<double, 4>{1 - t, t, 0, 0} : cubicWeights(t);
  for (int i = 0; i < taps.count; ++i)
    taps.at[static_cast<std::size_t>(i)] = tapPosition(floor + i - (taps.count == 4 ? 1 : 0), extent, options);
  return taps;
}

/// The sum over the taps of axis `axis` and of those behind it.
double sampled(const double* plane, const std::vector<Taps>& taps, const Dims& extents, std::size_t axis, std::int64_t offset) {
  if (axis == taps.size()) return plane[offset];
  double sum = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(taps[axis].count); ++i) {
    if (taps[axis].at[i] < 0) continue;
    sum += taps[axis].weight[i] * sampled(plane, taps, extents, axis + 1, offset * extents[axis] + taps[axis].at[i]);
  }
  return sum;
}

Result<Dims> outputDims(const Tensor& x, const Tensor& grid) {
  if (x.rank() < 3 || x.rank() > 5 || grid.rank() != x.rank() || grid.dim(0) != x.dim(0) ||
      grid.dim(grid.rank() - 1) != static_cast<std::int64_t>(x.rank()) - 2)
    return invalid("X of shape " + dimsText(x.dims()) + " and grid of shape " + dimsText(grid.dims()) + " do not match");
  Dims dims{x.dim(0), x.dim(1)};
  dims.insert(dims.end(), grid.dims().begin() + 1, grid.dims().end() - 1);
  return dims;
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& grid = context.inputs[1];
  EW_ASSIGN(const Options options, optionsOf(context.node));
  EW_ASSIGN(Dims dims, outputDims(x, grid));
  EW_TRY(dispatchNumber(x.dtype(), []<class T>() {}));
  EW_TRY(dispatchFloat(grid.dtype(), []<class T>() {}));
  EW_ASSIGN(const std::vector<double> values, toDoubles(x));
  EW_ASSIGN(const std::vector<double> points, toDoubles(grid));
  EW_ASSIGN(Tensor out, Tensor::create(DType::f64, std::move(dims)));
  const Dims extents(x.dims().begin() + 2, x.dims().end());
  const std::size_t rank = extents.size();
  const std::int64_t plane = elementCount(extents), channels = x.dim(1);
  if (out.size() > 0 && plane == 0) return invalid("X of shape " + dimsText(x.dims()) + " has no elements to sample");
  const std::int64_t perBatch = channels == 0 || x.dim(0) == 0 ? 0 : out.size() / channels / x.dim(0);
  const std::span<double> to = out.mutableData<double>();
  std::vector<Taps> taps(rank);
  for (std::int64_t batch = 0; batch < x.dim(0); ++batch)
    for (std::int64_t i = 0; i < perBatch; ++i) {
      // A point names the last axis first.
      const std::size_t point = static_cast<std::size_t>(batch * perBatch + i) * rank;
      for (std::size_t axis = 0; axis < rank; ++axis) taps[axis] = tapsOf(points[point + rank - 1 - axis], extents[axis], options);
      for (std::int64_t channel = 0; channel < channels; ++channel) {
        const std::int64_t block = batch * channels + channel;
        to[static_cast<std::size_t>(block * perBatch + i)] = sampled(values.data() + block * plane, taps, extents, 0, 0);
      }
    }
  EW_ASSIGN(context.outputs[0], castElements(out, x.dtype()));
  return {};
}

Cost cost(const Node& node, std::span<const Dims> inputs, std::span<const Dims> outputs) {
  const auto options = optionsOf(node);
  if (!options.ok()) return {};
  const std::int64_t taps = options->mode == Mode::Nearest ? 1 : options->mode == Mode::Linear ? 2 : 4;
  std::int64_t all = 1;
  for (std::size_t axis = 2; axis < inputs[0].size(); ++axis) all = work({all, taps});
  return {work({elementsFrom(outputs[0], 0), all}), 0};
}

}  // namespace

OpDef gridSampleOp() {
  return {.name = "GridSample", .sinceVersion = 16, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 2};
}

}  // namespace ew::ops
