// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/ops/cast_elements.h"
#include "core/ops/cost.h"
#include "core/ops/dispatch.h"
#include "core/ops/indices.h"
#include "core/ops/inference.h"

namespace ew::ops {
namespace {

struct Options {
  std::int64_t height = 1, width = 1, sampling = 0;
  double scale = 1, offset = 0;
  bool largest = false, halfPixel = true;
};

Result<Options> optionsOf(const Node& node, std::int64_t opset) {
  Options out;
  out.height = node.attributes.getInt("output_height", 1);
  out.width = node.attributes.getInt("output_width", 1);
  out.sampling = node.attributes.getInt("sampling_ratio", 0);
  out.scale = static_cast<double>(node.attributes.getFloat("spatial_scale", 1));
  const std::string mode = node.attributes.getString("mode", "avg");
  const std::string transform = node.attributes.getString("coordinate_transformation_mode", opset >= 16 ? "half_pixel" : "output_half_pixel");
  constexpr std::int64_t most = 65536;
  if (out.height < 1 || out.width < 1 || out.height > most || out.width > most || out.sampling < 0 || out.sampling > most)
    return invalid("output_height, output_width or sampling_ratio is out of range");
  if (mode != "avg" && mode != "max") return unsupported("mode '" + mode + "' is not known");
  if (transform != "half_pixel" && transform != "output_half_pixel") return unsupported("coordinate_transformation_mode '" + transform + "' is not known");
  out.largest = mode == "max";
  out.halfPixel = transform == "half_pixel";
  out.offset = out.halfPixel ? 0.5 : 0;
  return out;
}

Status infer(InferContext& context) {
  context.outputs[0].dtype = context.inputs[0].dtype;
  EW_ASSIGN(const Options options, optionsOf(context.node, context.opset));
  EW_ASSIGN(const std::optional<Shape> x, rankedShape(context, 0, 4, 4));
  EW_ASSIGN(const std::optional<Shape> rois, rankedShape(context, 1, 2, 2));
  EW_ASSIGN(const std::optional<Shape> batch, rankedShape(context, 2, 1, 1));
  EW_ASSIGN(Dim count, mergedDim(rois ? (*rois)[0] : Dim(), batch ? (*batch)[0] : Dim(), "rois and batch_indices"));
  context.outputs[0].shape = Shape(std::vector<Dim>{std::move(count), x ? (*x)[1] : Dim(), Dim(options.height), Dim(options.width)});
  return {};
}

/// One axis of a region: where its bins begin, how long each is, and how many samples it takes.
struct Bins {
  double start, size;
  std::int64_t samples;
};

Bins binsOf(double begin, double end, std::int64_t count, const Options& options) {
  const double start = begin * options.scale - options.offset;
  double extent = end * options.scale - options.offset - start;
  if (!options.halfPixel) extent = std::max(extent, 1.0);
  const double size = extent / static_cast<double>(count);
  const double wanted = options.sampling > 0 ? static_cast<double>(options.sampling) : std::ceil(size);
  return {start, size, static_cast<std::int64_t>(std::clamp(wanted, 0.0, 1048576.0))};
}

/// Two neighbours along an axis and the weight of the second; not inside when the point is off by over one.
struct Neighbours {
  bool inside;
  std::int64_t low, high;
  double weight;
};

Neighbours neighboursOf(double at, std::int64_t extent) {
  if (!(at >= -1) || !(at <= static_cast<double>(extent))) return {false, 0, 0, 0};
  at = std::max(at, 0.0);
  const auto low = std::min(static_cast<std::int64_t>(at), extent - 1);
  return low == extent - 1 ? Neighbours{true, low, low, 0} : Neighbours{true, low, low + 1, at - static_cast<double>(low)};
}

/// Average of the samples of a bin, or the largest of the weighted neighbours of all of them.
double pooled(const double* plane, std::int64_t height, std::int64_t width, const Bins& y, const Bins& x, std::int64_t row, std::int64_t column, bool largest) {
  double result = 0;
  bool first = true;
  for (std::int64_t i = 0; i < y.samples; ++i) {
    const double top = y.start + (static_cast<double>(row) + (static_cast<double>(i) + 0.5) / static_cast<double>(y.samples)) * y.size;
    const Neighbours v = neighboursOf(top, height);
    for (std::int64_t j = 0; j < x.samples; ++j) {
      const double left = x.start + (static_cast<double>(column) + (static_cast<double>(j) + 0.5) / static_cast<double>(x.samples)) * x.size;
      const Neighbours h = neighboursOf(left, width);
      double value = 0;
      if (v.inside && h.inside) {
        const double a = (1 - v.weight) * (1 - h.weight) * plane[v.low * width + h.low];
        const double b = (1 - v.weight) * h.weight * plane[v.low * width + h.high];
        const double c = v.weight * (1 - h.weight) * plane[v.high * width + h.low];
        const double d = v.weight * h.weight * plane[v.high * width + h.high];
        value = largest ? std::max(std::max(a, b), std::max(c, d)) : a + b + c + d;
      }
      if (largest) result = first ? value : std::max(result, value);
      else result += value;
      first = false;
    }
  }
  return largest ? result : result / static_cast<double>(std::max<std::int64_t>(y.samples * x.samples, 1));
}

Status checkShapes(const Tensor& x, const Tensor& rois, const Tensor& batches) {
  if (x.rank() != 4 || rois.rank() != 2 || rois.dim(1) != 4 || batches.dims() != Dims{rois.dim(0)} || x.size() == 0)
    return invalid("X of shape " + dimsText(x.dims()) + ", rois of shape " + dimsText(rois.dims()) + " and batch_indices of shape " +
                   dimsText(batches.dims()) + " do not match");
  return {};
}

Status compute(ComputeContext& context) {
  const Tensor& x = context.inputs[0];
  const Tensor& rois = context.inputs[1];
  EW_ASSIGN(const Options options, optionsOf(context.node, context.opset));
  EW_TRY(checkShapes(x, rois, context.inputs[2]));
  EW_TRY(dispatchFloat(x.dtype(), []<class T>() {}));
  EW_ASSIGN(const std::vector<std::int64_t> batches, axisIndices(context.inputs[2], x.dim(0), "batch_indices"));
  EW_ASSIGN(const std::vector<double> values, toDoubles(x));
  EW_ASSIGN(const std::vector<double> corners, toDoubles(rois));
  const std::int64_t channels = x.dim(1), height = x.dim(2), width = x.dim(3);
  EW_ASSIGN(Tensor out, Tensor::create(DType::f64, {rois.dim(0), channels, options.height, options.width}));
  double* to = out.mutableData<double>().data();
  for (std::size_t roi = 0; roi < batches.size(); ++roi) {
    const Bins h = binsOf(corners[roi * 4], corners[roi * 4 + 2], options.width, options);
    const Bins v = binsOf(corners[roi * 4 + 1], corners[roi * 4 + 3], options.height, options);
    if (work({channels, options.height, options.width, h.samples, v.samples}) > (std::int64_t{1} << 34))
      return limitReached("region " + std::to_string(roi) + " takes over 2^34 samples");
    for (std::int64_t channel = 0; channel < channels; ++channel) {
      const double* plane = values.data() + (batches[roi] * channels + channel) * height * width;
      for (std::int64_t row = 0; row < options.height; ++row)
        for (std::int64_t column = 0; column < options.width; ++column) *to++ = pooled(plane, height, width, v, h, row, column, options.largest);
    }
  }
  EW_ASSIGN(context.outputs[0], castElements(out, x.dtype()));
  return {};
}

Cost cost(const Node& node, std::span<const Dims>, std::span<const Dims> outputs) {
  const std::int64_t sampling = std::max<std::int64_t>(node.attributes.getInt("sampling_ratio", 2), 1);
  return {work({elementsFrom(outputs[0], 0), sampling, sampling, 4}), 0};
}

}  // namespace

OpDef roiAlignOp() {
  return {.name = "RoiAlign", .sinceVersion = 10, .infer = infer, .compute = compute, .cost = cost, .requiredInputs = 3};
}

}  // namespace ew::ops
